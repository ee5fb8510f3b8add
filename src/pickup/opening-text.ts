// "Open until 19:00", "Closed now, opens tomorrow at 07:00": the café's door sign.
import { DateTime } from 'luxon'
import { formatDay, formatTime, type Style } from '../web/format.js'
import { currentOpening, upcomingOpenings, type OpeningRules } from './openings.js'

/** No closing time for so long is none worth telling. */
const aroundTheClockMs = 2 * 86_400_000

/** What the door sign says at `now`; a week without an opening counts as closed until further notice. */
export function openingText(
  rules: OpeningRules,
  now: Date,
  style: Style,
): { isOpen: boolean; openText: string } {
  const openings = upcomingOpenings(rules, now, 7)
  const current = currentOpening(openings, now)
  if (current && +current.endsAt - +now > aroundTheClockMs) {
    return { isOpen: true, openText: 'Open around the clock' }
  }
  if (current) return { isOpen: true, openText: `Open until ${formatTime(current.endsAt, style)}` }
  const [next] = openings
  if (!next) return { isOpen: false, openText: 'Closed until further notice' }
  const day = dayText(next.startsAt, now, style)
  return {
    isOpen: false,
    openText: `Closed now, opens ${day} at ${formatTime(next.startsAt, style)}`,
  }
}

/** "today", "tomorrow" or the day's name and date, seen from `now` in the café's zone. */
export function dayText(at: Date, now: Date, style: Style): string {
  const zone = style.timeZone
  const days = DateTime.fromJSDate(at, { zone })
    .startOf('day')
    .diff(DateTime.fromJSDate(now, { zone }).startOf('day'), 'days').days
  if (Math.round(days) === 0) return 'today'
  if (Math.round(days) === 1) return 'tomorrow'
  return formatDay(at, style)
}

/** "" for today, "tomorrow at " and the like for another day. */
export function dayPrefix(at: Date, now: Date, style: Style): string {
  const day = dayText(at, now, style)
  return day === 'today' ? '' : `${day} at `
}
