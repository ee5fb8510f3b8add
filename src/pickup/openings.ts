// When the café is open, as instants: the week of opening hours laid over real days of the café's zone, nights on which
// the clock changes included. A local time that a clock change skips counts as if the clock had not changed (02:30 is
// 03:30 then); one that comes twice means the first.
import { DateTime } from 'luxon'
import type { OpeningHours } from '../opening-hours.js'

export interface Interval {
  startsAt: Date
  endsAt: Date
}

export interface OpeningRules {
  hours: OpeningHours
  timeZone: string
}

/** Openings that end after `now`, in order, those that touch joined; for today and `daysAhead` days after it. */
export function upcomingOpenings(rules: OpeningRules, now: Date, daysAhead: number): Interval[] {
  const today = DateTime.fromJSDate(now, { zone: rules.timeZone }).startOf('day')
  const intervals: Interval[] = []
  // From yesterday: an opening past midnight may still go on.
  for (let day = -1; day <= daysAhead; day += 1) {
    const date = today.plus({ days: day })
    for (const { opensMinute, closesMinute } of rules.hours.get(date.weekday) ?? []) {
      intervals.push({
        startsAt: localMinute(date, opensMinute),
        endsAt: localMinute(date, closesMinute),
      })
    }
  }
  return joined(intervals).filter(({ endsAt }) => endsAt > now)
}

/** The opening that is going on at `now`. */
export function currentOpening(openings: readonly Interval[], now: Date): Interval | undefined {
  return openings.find(({ startsAt, endsAt }) => startsAt <= now && now < endsAt)
}

function localMinute(date: DateTime, minuteOfDay: number): Date {
  const day = date.plus({ days: Math.floor(minuteOfDay / 1440) })
  const minute = minuteOfDay % 1440
  const local = DateTime.fromObject(
    {
      year: day.year,
      month: day.month,
      day: day.day,
      hour: Math.floor(minute / 60),
      minute: minute % 60,
    },
    { zone: date.zone },
  )
  const [first = local] = [...local.getPossibleOffsets()].sort(
    (a, b) => a.toMillis() - b.toMillis(),
  )
  return first.toJSDate()
}

function joined(intervals: Interval[]): Interval[] {
  const result: Interval[] = []
  for (const next of intervals.toSorted((a, b) => +a.startsAt - +b.startsAt)) {
    const last = result.at(-1)
    if (last && next.startsAt <= last.endsAt) {
      last.endsAt = next.endsAt > last.endsAt ? next.endsAt : last.endsAt
    } else if (next.endsAt > next.startsAt) {
      result.push({ ...next })
    }
  }
  return result
}
