import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { readBasket } from '../basket/queries.js'
import { reviewBasket, totalOf } from '../basket/review.js'
import type { Database } from '../database/database.js'
import type { MenuBoard } from '../menu/menu-board.js'
import type { SlotBook } from '../pickup/slot-book.js'
import { readForm } from '../web/forms.js'
import type { Style } from '../web/format.js'
import type { Metrics } from '../web/metrics.js'
import { visitorId } from '../web/visitor.js'
import { checkoutPage, type CheckoutInput } from './checkout-page.js'
import { leftOut } from './order-again.js'
import { earlierForm, machineFields, readOrderForm } from './order-form.js'
import { OrderChanged } from './place-once.js'
import type { PlaceOrder } from './place-order.js'
import { findOrder } from './queries.js'
import { receiptPath } from './receipt-page.js'

export interface CheckoutRoutesOptions {
  db: Database
  board: MenuBoard
  book: SlotBook
  placeOrder: PlaceOrder
  style: Style
  metrics: Metrics
}

const basketQuery = z.object({ again: z.string().max(22).optional() })

export function checkoutRoutes(options: CheckoutRoutesOptions): Router {
  const { db, board, placeOrder, metrics } = options
  const routes = Router()

  routes.get('/basket', async function showBasket(req, res) {
    const { again } = readForm(basketQuery, req.query)
    const earlier = again === undefined ? undefined : await findOrder(db, again)
    const missing = earlier ? leftOut(earlier, (await board.current()).menu) : []
    const notice = missing.length > 0 ? `Left out of your order: ${missing.join('. ')}.` : undefined
    await showCheckout(options, req, res, notice === undefined ? {} : { notice })
  })

  routes.post('/orders', async function createOrder(req, res) {
    const fields = readForm(machineFields, req.body)
    const read = readOrderForm(fields)
    if ('errors' in read) {
      metrics.ordersRefused.inc({ reason: 'invalid' })
      res.status(400)
      return showCheckout(options, req, res, { earlier: earlierForm(fields), errors: read.errors })
    }
    try {
      const order = await placeOrder(visitorId(req), read.form)
      if (order.isReplay) metrics.ordersReplayed.inc()
      else metrics.ordersPlaced.inc()
      res.redirect(303, receiptPath(order))
    } catch (error) {
      if (!(error instanceof OrderChanged)) {
        metrics.ordersRefused.inc({ reason: 'unavailable' })
        throw error
      }
      metrics.ordersRefused.inc({ reason: 'changed' })
      await board.refresh()
      res.status(409)
      await showCheckout(options, req, res, { earlier: earlierForm(fields), notice: error.message })
    }
  })

  return routes
}

async function showCheckout(
  { db, board, book, style }: CheckoutRoutesOptions,
  req: Request,
  res: Response,
  extra: Pick<CheckoutInput, 'earlier' | 'errors' | 'notice'>,
): Promise<void> {
  const now = new Date()
  const [basket, { menu }] = await Promise.all([readBasket(db, visitorId(req)), board.current()])
  const lines = reviewBasket(basket, menu, style)
  const [asap, slots] = await Promise.all([
    book.firstWithRoom(totalOf(lines).workSeconds, now),
    book.choosable(now),
  ])
  res.render(
    'basket/index',
    checkoutPage({ lines, asap, slots, rules: book.rules, style, now, ...extra }),
  )
}
