import { Router, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Database } from '../database/database.js'
import { ExpectedError } from '../errors.js'
import type { MenuBoard } from '../menu/menu-board.js'
import { productPage } from '../menu/product-page.js'
import { productOnBoard } from '../menu/product-on-board.js'
import { quantityMax } from '../menu/selection.js'
import { idField, quantityField, readForm } from '../web/forms.js'
import { formatMoney, type Style } from '../web/format.js'
import { knownVisitorId, visitorId } from '../web/visitor.js'
import { addToBasket, type BasketChoice } from './add-to-basket.js'
import { countBasket, setQuantity } from './queries.js'

const lineForm = z.looseObject({
  product: idField,
  quantity: quantityField(1, quantityMax).default(1),
})

const quantityForm = z.object({ quantity: quantityField(0, quantityMax) })

/** Options come as one field per group, option-1=4, so that a group of radio buttons stays one question without JavaScript. */
const optionsForm = z
  .record(z.string(), z.union([z.string(), z.array(z.string()).max(20)]))
  .transform((fields) =>
    Object.entries(fields)
      .filter(([name]) => /^option-\d+$/.test(name))
      .flatMap(([, value]) => value),
  )
  .pipe(z.array(idField).max(20))

export interface BasketRoutesOptions {
  db: Database
  board: MenuBoard
  style: Style
}

export function basketRoutes({ db, board, style }: BasketRoutesOptions): Router {
  const routes = Router()

  routes.post('/basket/lines', async function addBasketLine(req, res) {
    const { product, quantity } = readForm(lineForm, req.body)
    const choice = { productId: product, optionIds: readForm(optionsForm, req.body), quantity }
    try {
      await addToBasket(db, visitorId(req), choice)
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'conflict')) throw error
      return showRefusal(res, choice, error)
    }
    // The product's card is the target of that fragment and says that it was added.
    res.redirect(303, `/#added-${product}`)
  })

  routes.post('/basket/lines/:id', async function changeQuantity(req, res) {
    const { quantity } = readForm(quantityForm, req.body)
    const isMine =
      /^\d{1,18}$/.test(req.params.id) &&
      (await setQuantity(db, visitorId(req), req.params.id, quantity))
    if (!isMine) {
      throw new ExpectedError('not-found', 'This line is not in your order any more.', {
        hint: 'It may have been removed in another tab. Have a look at your order.',
      })
    }
    res.redirect(303, '/basket')
  })

  /** Shows the product again with what was chosen and why it cannot be had, as a menu page read just now. */
  async function showRefusal(
    res: Response,
    choice: BasketChoice,
    error: ExpectedError,
  ): Promise<void> {
    await board.refresh()
    const { product, group } = await productOnBoard(board, String(choice.productId))
    const page = productPage({ product, group, chosen: choice, error: error.message, style })
    res.status(409).render('menu/product', page)
  }

  return routes
}

/** How long a page waits for the basket's bar; it can be drawn without. */
const barPatienceMs = 700

/** Gives every page the basket's bar: locals.basket is { count, totalText }, or null for an empty or unreachable basket. */
export function basketBar({ db, style }: { db: Database; style: Style }) {
  return async function loadBasketBar(req: Request, res: Response, next: NextFunction) {
    res.locals.basket = null
    const visitor = req.method === 'GET' ? knownVisitorId(req) : undefined
    if (visitor !== undefined) {
      const basket = await within(barPatienceMs, countBasket(db, visitor))
      if (basket && basket.count > 0) {
        res.locals.basket = {
          count: basket.count,
          totalText: formatMoney(basket.totalCents, style),
        }
      }
    }
    next()
  }
}

/** The result, or undefined if it fails or takes longer: a bar is not worth an error page. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  const result = await Promise.race([work.catch(() => undefined), patience])
  clearTimeout(timer)
  return result
}
