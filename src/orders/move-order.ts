// Every change of an order's status goes through here: legal steps only, and one winner when two people press at once.
import type { Database } from '../database/database.js'
import { ExpectedError } from '../errors.js'
import { releaseWork } from '../pickup/queries.js'
import { updateStatus, type Order } from './queries.js'
import { isCancellableByCustomer, mayFollow, statusTexts, type OrderStatus } from './status.js'

/**
 * Moves an order from the status it was seen in to another; cancelling gives its work back to its slot. Throws
 * ExpectedError 'refused' for a step that does not exist and 'conflict' if the order has moved meanwhile.
 */
export async function moveOrder(
  db: Database,
  order: Pick<Order, 'number' | 'status' | 'pickupAt' | 'workSeconds'>,
  to: OrderStatus,
): Promise<void> {
  const from = order.status
  if (!mayFollow(from, to)) {
    throw new ExpectedError('refused', `An order cannot go from "${from}" to "${to}".`)
  }
  await db.transaction(async (tx) => {
    const isMoved = await updateStatus(tx, { number: order.number, from, to, at: new Date() })
    if (!isMoved) {
      throw new ExpectedError('conflict', 'This order has just been changed by somebody else.', {
        hint: 'Look at it again to see where it is now.',
      })
    }
    if (to === 'cancelled' && order.pickupAt)
      await releaseWork(tx, order.pickupAt, order.workSeconds)
  })
}

/** Cancels an order for the visitor who placed it, as long as the barista has not started; again is harmless. */
export async function cancelOrder(db: Database, order: Order, visitorId: string): Promise<void> {
  if (order.visitorId !== visitorId) {
    throw new ExpectedError('forbidden', 'Only the browser that placed this order can cancel it.', {
      hint: 'Please tell us at the counter, with the order number.',
    })
  }
  if (order.status === 'cancelled') return
  if (!isCancellableByCustomer(order.status)) {
    throw new ExpectedError(
      'conflict',
      `It is too late to cancel: ${statusTexts[order.status].toLowerCase()}.`,
      {
        hint: 'Please talk to us at the counter.',
      },
    )
  }
  await moveOrder(db, order, 'cancelled')
}
