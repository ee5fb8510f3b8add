import { Router, type Request, type Response } from 'express'
import type { Database } from '../database/database.js'
import { ExpectedError } from '../errors.js'
import type { MenuBoard } from '../menu/menu-board.js'
import type { SlotBookRules } from '../pickup/slot-book.js'
import type { EventStreams } from '../web/sse.js'
import type { Style } from '../web/format.js'
import { visitorId } from '../web/visitor.js'
import type { LiveOrders } from './live-orders.js'
import { cancelOrder } from './move-order.js'
import { orderAgain } from './order-again.js'
import { findOrder, listOrders, readWorkAhead, type Order } from './queries.js'
import { myOrdersPage, receiptPage, receiptPath, receiptStatus } from './receipt-page.js'
import { isFinal } from './status.js'

export interface OrderRoutesOptions {
  db: Database
  board: MenuBoard
  live: LiveOrders
  streams: EventStreams
  rules: SlotBookRules
  style: Style
}

/** Orders on the page "My orders"; older ones are still under their own addresses. */
const myOrdersMax = 50

export function orderRoutes(options: OrderRoutesOptions): Router {
  const { db, board, live, streams, rules, style } = options
  const routes = Router()

  routes.get('/orders', async function showMyOrders(req, res) {
    const orders = await listOrders(db, visitorId(req), myOrdersMax)
    res.render('orders/index', myOrdersPage(orders, style, new Date()))
  })

  routes.get('/orders/:receiptId', async function showReceipt(req, res) {
    await showReceiptPage(req, res)
  })

  routes.get('/orders/:receiptId/events', async function followOrder(req, res) {
    const input = await receiptInput(req.params.receiptId)
    const hasSeenTheEnd =
      isFinal(input.order.status) && req.get('last-event-id') === String(input.order.version)
    // 204 is how an EventSource is told not to connect again.
    if (hasSeenTheEnd) return void res.status(204).end()
    const stream = streams.open(req, res)
    let { order } = input
    const send = (latest: typeof input) => {
      order = latest.order
      stream.send({ event: 'status', id: String(order.version), data: receiptStatus(latest) })
      if (isFinal(order.status)) stream.close()
    }
    const stop = live.watch(order.receiptId, order.version, () => {
      // A reading that fails is made up for by the next change, and the browser's own reconnecting.
      receiptInput(order.receiptId).then(send, () => stream.close())
    })
    stream.onClose(stop)
    // Always what is true now: whatever the browser had seen before (Last-Event-ID), it is right after this.
    send(input)
  })

  routes.post('/orders/:receiptId/cancellation', async function cancel(req, res) {
    const order = await orderAt(req.params.receiptId)
    try {
      await cancelOrder(db, order, visitorId(req))
      res.redirect(303, receiptPath(order))
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'conflict')) throw error
      // The order went on while the page was open: the receipt as it is now says more than an error page.
      res.status(409)
      await showReceiptPage(req, res, error.message)
    }
  })

  routes.post('/orders/:receiptId/again', async function again(req, res) {
    const order = await orderAt(req.params.receiptId)
    await orderAgain(db, visitorId(req), order)
    res.redirect(303, `/basket?again=${order.receiptId}`)
  })

  async function showReceiptPage(
    req: Request<{ receiptId: string }>,
    res: Response,
    notice?: string,
  ): Promise<void> {
    const input = await receiptInput(req.params.receiptId)
    // The menu is only asked for allergens; a receipt must not fail for the lack of it.
    const menu = await board.current().then(
      (shown) => shown.menu,
      () => undefined,
    )
    const context = {
      visitorId: visitorId(req),
      ...(menu && { menu }),
      ...(notice !== undefined && { notice }),
    }
    res.render('orders/receipt', receiptPage(input, context))
  }

  async function receiptInput(receiptId: string) {
    const order = await orderAt(receiptId)
    const now = new Date()
    const workAheadSeconds = isFinal(order.status) ? 0 : await readWorkAhead(db, order, now)
    return { order, workAheadSeconds, rules, style, now }
  }

  async function orderAt(receiptId: string): Promise<Order> {
    const order = await findOrder(db, receiptId)
    if (order) return order
    throw new ExpectedError('not-found', 'There is no order under this address.', {
      hint: 'Check the link, or look at your orders.',
    })
  }

  return routes
}
