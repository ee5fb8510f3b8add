// Which pickup slots exist and may be chosen. Pure: the clock comes in as an argument.
import { upcomingOpenings, type Interval, type OpeningRules } from './openings.js'

export interface SlotRules extends OpeningRules {
  slotMinutes: number
  /** Minutes from ordering to the earliest pickup. */
  leadMinutes: number
  daysAhead: number
}

const minuteMs = 60_000

/**
 * Every slot that still has time left after the lead time, in order. Slots are counted off in real minutes from each
 * opening, so a night on which the clock changes has no slot twice and none missing. A slot that would run past closing
 * is not one.
 */
export function upcomingSlots(rules: SlotRules, now: Date): Interval[] {
  const slotMs = rules.slotMinutes * minuteMs
  const readyAt = earliestReadyAt(rules, now)
  return upcomingOpenings(rules, now, rules.daysAhead).flatMap((opening) => {
    const count = Math.floor((+opening.endsAt - +opening.startsAt) / slotMs)
    return Array.from({ length: count }, (_, index) => {
      const startsAt = new Date(+opening.startsAt + index * slotMs)
      return { startsAt, endsAt: new Date(+startsAt + slotMs) }
    }).filter((slot) => slot.endsAt > readyAt)
  })
}

/** Slots a customer may choose by name: those that start after the lead time. */
export function choosableSlots(rules: SlotRules, now: Date): Interval[] {
  const readyAt = earliestReadyAt(rules, now)
  return upcomingSlots(rules, now).filter((slot) => slot.startsAt >= readyAt)
}

/** When an order that is placed now and made in `slot` is promised: the slot's start, or the lead time if that is later. */
export function promisedAt(rules: SlotRules, slotStartsAt: Date, placedAt: Date): Date {
  const readyAt = earliestReadyAt(rules, placedAt)
  return readyAt > slotStartsAt ? readyAt : slotStartsAt
}

function earliestReadyAt(rules: SlotRules, now: Date): Date {
  return new Date(+now + rules.leadMinutes * minuteMs)
}
