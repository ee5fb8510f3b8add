// When an order will be ready, honestly: what was promised, or what the queue says if that is later.
import { dayPrefix } from '../pickup/opening-text.js'
import { promisedAt } from '../pickup/slots.js'
import type { SlotBookRules } from '../pickup/slot-book.js'
import { formatTime, type Style } from '../web/format.js'
import type { Order } from './queries.js'

/** An estimate this much past the promise is called late, in milliseconds. */
const lateMs = 3 * 60_000

/**
 * The estimate for an open order, `workAheadSeconds` being what is made before it. The counter works off a slot's
 * budget in a slot's time: thirty minutes of work in fifteen are two pairs of hands.
 */
export function estimateReady(
  order: Pick<Order, 'pickupAt' | 'placedAt' | 'isAsap' | 'workSeconds'>,
  workAheadSeconds: number,
  rules: SlotBookRules,
  now: Date,
): { promised: Date; expected: Date; isLate: boolean } {
  const slot = order.pickupAt ?? order.placedAt
  const promised = order.isAsap ? promisedAt(rules, slot, order.placedAt) : slot
  const hands = rules.budgetSeconds / (rules.slotMinutes * 60)
  const byQueue = new Date(+now + ((workAheadSeconds + order.workSeconds) / hands) * 1000)
  const expected = byQueue > promised ? byQueue : promised
  return { promised, expected, isLate: +expected > +promised + lateMs }
}

/** The wait in a sentence, for the receipt and its live updates. */
export function waitText(
  order: Pick<Order, 'status' | 'pickupAt' | 'placedAt' | 'isAsap' | 'workSeconds'>,
  workAheadSeconds: number,
  { rules, style, now }: { rules: SlotBookRules; style: Style; now: Date },
): string {
  if (order.status === 'ready') return 'It is waiting for you at the counter.'
  if (order.status === 'collected') return 'Enjoy!'
  if (order.status === 'cancelled') return 'Nothing will be made, and there is nothing to pay.'
  const { promised, expected, isLate } = estimateReady(order, workAheadSeconds, rules, now)
  const at = `${dayPrefix(expected, now, style)}${formatTime(expected, style)}`
  if (!isLate) return `Ready about ${at}.`
  return `Running late: ready about ${at} instead of ${formatTime(promised, style)}. Sorry!`
}
