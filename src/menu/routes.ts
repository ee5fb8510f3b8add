import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { ExpectedError } from '../errors.js'
import { openingText } from '../pickup/opening-text.js'
import { createMinuteMemo } from '../pickup/minute-memo.js'
import type { OpeningRules } from '../pickup/openings.js'
import { csrfToken } from '../web/csrf.js'
import { readForm } from '../web/forms.js'
import type { Style } from '../web/format.js'
import { preparePage, type FillPage } from '../web/prepared-page.js'
import { noFilter, type MenuFilter } from './filter.js'
import type { MenuBoard, MenuOnBoard } from './menu-board.js'
import { menuPage } from './menu-page.js'
import type { Menu } from './menu.js'
import { productOnBoard } from './product-on-board.js'
import { productPage } from './product-page.js'

export interface MenuRoutesOptions {
  board: MenuBoard
  rules: OpeningRules
  style: Style & { name: string }
}

const filterForm = z.object({
  diet: z.enum(['', 'vegetarian', 'vegan']).default(''),
  without: z.array(z.string().max(12)).max(14).default([]),
})

export function menuRoutes({ board, rules, style }: MenuRoutesOptions): Router {
  const routes = Router()
  const drawn = createPageCache()
  const doorSign = createMinuteMemo((minute) => openingText(rules, minute, style))

  routes.get('/', async function showMenu(req, res) {
    const shown = await board.current()
    const filter = req.url.includes('?') ? readFilter(req, shown.menu) : noFilter
    const opening = doorSign(new Date())
    const outdatedSince = shown.isOutdated ? shown.readAt : null
    const key = `${filter.diet} ${filter.without.join()} ${outdatedSince?.getTime()} ${opening.openText}`
    const page =
      drawn.find(shown.menu, key) ??
      drawn.keep(
        shown.menu,
        key,
        await render(res, 'menu/index', {
          ...menuPage({ menu: shown.menu, filter, opening, outdatedSince, style }),
          ...placeFor,
        }),
      )
    const bar = res.locals.basket ? await render(res, 'basket/_bar', {}) : ''
    res.type('html').send(page([csrfToken(req), bar]))
  })

  routes.get('/menu/:id', async function showProduct(req, res) {
    const { product, group, ...shown } = await productOnBoard(board, req.params.id)
    res.render('menu/product', { ...productPage({ product, group, style }), ...offlineNote(shown) })
  })

  return routes
}

function offlineNote({ isOutdated }: Pick<MenuOnBoard, 'isOutdated'>) {
  return { isOffline: isOutdated }
}

function readFilter(req: Request, menu: Menu): MenuFilter {
  const { diet, without } = readForm(filterForm, req.query)
  const known = new Set(menu.allergens.map(({ code }) => code))
  const unknown = without.find((code) => !known.has(code))
  if (unknown !== undefined) {
    throw new ExpectedError('invalid', 'The filter names an allergen we do not know.', {
      hint: 'Go back to the menu and choose from the list.',
    })
  }
  return { diet: diet === '' ? 'none' : diet, without }
}

const placeFor = { csrf: '%%place-for-csrf%%', basketBar: '%%place-for-basket-bar%%' }

/**
 * Keeps drawn pages as long as the menu they were drawn from is the one on the board. Only the token and the basket bar
 * differ between two visitors; they are put into their places (see preparePage).
 */
function createPageCache() {
  const pagesMax = 200
  let drawnFrom: Menu | undefined
  const pages = new Map<string, FillPage>()

  function find(menu: Menu, key: string): FillPage | undefined {
    return menu === drawnFrom ? pages.get(key) : undefined
  }

  function keep(menu: Menu, key: string, html: string): FillPage {
    if (menu !== drawnFrom || pages.size >= pagesMax) pages.clear()
    drawnFrom = menu
    const page = preparePage(html, [placeFor.csrf, placeFor.basketBar])
    pages.set(key, page)
    return page
  }

  return { find, keep }
}

function render(res: Response, view: string, locals: object): Promise<string> {
  return new Promise((resolve, reject) => {
    res.render(view, locals, (error: Error | null, html?: string) => {
      if (html === undefined) reject(error ?? new Error(`The view ${view} drew nothing`))
      else resolve(html)
    })
  })
}
