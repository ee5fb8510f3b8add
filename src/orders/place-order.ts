// Turns an order form into one order. The form's key decides: however often it is sent, at once, again after a lost
// answer, or to another process, there is one order and everybody gets the same receipt.
import type { Database } from '../database/database.js'
import {
  CommitUnknown,
  isConnectionLost,
  isDatabaseUnavailable,
  isDeadlock,
  isReadOnly,
} from '../database/errors.js'
import { ExpectedError } from '../errors.js'
import type { SlotBook } from '../pickup/slot-book.js'
import { placeOnce, type OrderForm, type PlacedOrder } from './place-once.js'

/** How long to keep trying while the database changes places or restarts, in milliseconds; the page's limit is 5 s. */
const retryForMs = 2_500
const retryPauseMs = 150

export type PlaceOrder = (visitorId: string, form: OrderForm) => Promise<PlacedOrder>

/** Prepares placing orders on one database. The returned function joins sendings of one form that come at the same time. */
export function createPlaceOrder(db: Database, book: SlotBook): PlaceOrder {
  const underWay = new Map<string, Promise<PlacedOrder>>()
  return function placeOrder(visitorId, form) {
    const already = underWay.get(form.key)
    if (already) return already.then((order) => ({ ...order, isReplay: true }))
    const placing = placePersistently(db, book, visitorId, form).finally(() => {
      underWay.delete(form.key)
    })
    underWay.set(form.key, placing)
    return placing
  }
}

/** Tries again while the database is merely away for a moment: the key makes that harmless. */
async function placePersistently(
  db: Database,
  book: SlotBook,
  visitorId: string,
  form: OrderForm,
): Promise<PlacedOrder> {
  const giveUpAt = Date.now() + retryForMs
  let mayBePlaced = false
  for (;;) {
    try {
      return await placeOnce(db, book, visitorId, form)
    } catch (error) {
      if (!isPassing(error)) throw error
      mayBePlaced ||= error instanceof CommitUnknown
      if (Date.now() > giveUpAt) throw notPlaced(mayBePlaced, error)
      await pause(retryPauseMs * (0.5 + Math.random()))
    }
  }
}

/** A database that restarts, fails over or is read-only while it moves: worth another try with the same key. */
function isPassing(error: unknown): boolean {
  return (
    isDatabaseUnavailable(error) ||
    isConnectionLost(error) ||
    isReadOnly(error) ||
    isDeadlock(error)
  )
}

function notPlaced(mayBePlaced: boolean, cause: unknown): ExpectedError {
  return mayBePlaced
    ? new ExpectedError('unavailable', 'We could not confirm your order.', {
        hint: 'Send it again: if it did reach us, you get its receipt, and never a second order.',
        cause,
      })
    : new ExpectedError(
        'unavailable',
        'Your order was not placed: we cannot take orders right now.',
        {
          hint: 'Nothing was ordered and nothing is lost. Send it again in a moment.',
          cause,
        },
      )
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
