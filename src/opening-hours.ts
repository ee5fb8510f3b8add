// The café's week as one line of configuration, "Mon-Fri 07:00-19:00, Sat 08:00-18:00", read into minutes of local time.
// What it means on a given day, clock changes included, is decided in pickup/openings.ts.

/** One opening, in minutes after local midnight of the day it starts on; past midnight the closing minute exceeds 1440. */
export interface Opening {
  opensMinute: number
  closesMinute: number
}

/** Openings by ISO weekday: 1 is Monday, 7 Sunday. A weekday without openings is closed. */
export type OpeningHours = ReadonlyMap<number, readonly Opening[]>

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const entryPattern = /^([a-z]{3})(?:-([a-z]{3}))?\s+(\d{2}):(\d{2})-(\d{2}):(\d{2})$/

/**
 * Reads "Mon-Fri 07:00-19:00, Sat 08:00-18:00, Sat 20:00-02:00"; days not named are closed, "closed" means always.
 * A closing time at or before its opening time lies on the next day. Throws an Error that quotes the part it cannot read.
 */
export function parseOpeningHours(text: string): OpeningHours {
  const hours = new Map<number, Opening[]>()
  if (text.trim().toLowerCase() === 'closed') return hours
  for (const part of text.split(',')) {
    const { days, opening } = parseEntry(part)
    for (const day of days) hours.set(day, [...(hours.get(day) ?? []), opening])
  }
  for (const openings of hours.values()) openings.sort((a, b) => a.opensMinute - b.opensMinute)
  return hours
}

function parseEntry(part: string): { days: number[]; opening: Opening } {
  const match = entryPattern.exec(part.trim().toLowerCase())
  if (!match) throw new Error(`"${part.trim()}" is not like "Mon-Fri 07:00-19:00"`)
  const [, from = '', to = from, ...times] = match
  const [opensHour = 0, opensMin = 0, closesHour = 0, closesMin = 0] = times.map(Number)
  if (opensHour > 23 || closesHour > 24 || opensMin > 59 || closesMin > 59) {
    throw new Error(`"${part.trim()}" has a time that no clock shows`)
  }
  const opensMinute = opensHour * 60 + opensMin
  const closes = closesHour * 60 + closesMin
  const closesMinute = closes <= opensMinute ? closes + 24 * 60 : closes
  return { days: weekdayRange(from, to, part), opening: { opensMinute, closesMinute } }
}

function weekdayRange(from: string, to: string, part: string): number[] {
  const first = weekdays.indexOf(from)
  const last = weekdays.indexOf(to)
  if (first < 0 || last < 0) throw new Error(`"${part.trim()}" names a day other than Mon … Sun`)
  const length = ((last - first + 7) % 7) + 1
  return Array.from({ length }, (_, step) => ((first + step) % 7) + 1)
}
