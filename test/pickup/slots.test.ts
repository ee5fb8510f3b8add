import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'
import { parseOpeningHours } from '../../src/opening-hours.js'
import { currentOpening, upcomingOpenings } from '../../src/pickup/openings.js'
import { choosableSlots, upcomingSlots, type SlotRules } from '../../src/pickup/slots.js'

const zones = ['America/New_York', 'Europe/Vienna', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']

function rules(text: string, timeZone: string, more: Partial<SlotRules> = {}): SlotRules {
  const hours = parseOpeningHours(text)
  return { hours, timeZone, slotMinutes: 15, leadMinutes: 10, daysAhead: 3, ...more }
}

function at(local: string, zone: string): Date {
  return DateTime.fromISO(local, { zone }).toJSDate()
}

function localTimes(slots: { startsAt: Date }[], zone: string): string[] {
  return slots.map(({ startsAt }) => DateTime.fromJSDate(startsAt, { zone }).toFormat('HH:mm ZZ'))
}

describe('slots on any day of any year', () => {
  const clock = fc.date({
    min: new Date('2024-01-01'),
    max: new Date('2030-01-01'),
    noInvalidDate: true,
  })
  const anyRules = fc
    .record({
      timeZone: fc.constantFrom(...zones),
      hours: fc.constantFrom(
        'Mon-Fri 07:00-19:00, Sat-Sun 08:00-18:00',
        'Mon-Sun 00:00-24:00',
        'Fri-Sat 20:00-03:30',
        'Mon-Sun 01:30-03:00',
        'Tue 09:00-12:00, Tue 13:00-17:00',
      ),
      slotMinutes: fc.constantFrom(5, 15, 20, 60),
      leadMinutes: fc.integer({ min: 0, max: 240 }),
      daysAhead: fc.integer({ min: 0, max: 7 }),
    })
    .map(({ hours, timeZone, ...more }) => rules(hours, timeZone, more))

  test('come in order, never twice, never overlapping, and lie inside an opening', () => {
    fc.assert(
      fc.property(anyRules, clock, (each, now) => {
        const slots = upcomingSlots(each, now)
        const openings = upcomingOpenings(each, now, each.daysAhead)
        for (const [index, slot] of slots.entries()) {
          expect(+slot.endsAt - +slot.startsAt).toBe(each.slotMinutes * 60_000)
          const before = slots[index - 1]
          if (before) expect(+slot.startsAt).toBeGreaterThanOrEqual(+before.endsAt)
          const opening = currentOpening(openings, slot.startsAt)
          expect(opening).toBeDefined()
          expect(+slot.endsAt).toBeLessThanOrEqual(+(opening?.endsAt ?? 0))
        }
      }),
    )
  })

  test('can be chosen only after the lead time', () => {
    fc.assert(
      fc.property(anyRules, clock, (each, now) => {
        const [first] = choosableSlots(each, now)
        if (first) expect(+first.startsAt - +now).toBeGreaterThanOrEqual(each.leadMinutes * 60_000)
      }),
    )
  })
})

describe('the nights on which the clock changes', () => {
  test('an hour that is skipped has no slots', () => {
    const zone = 'America/New_York'
    const night = rules('Sat-Sun 01:30-03:30', zone, { daysAhead: 0 })
    const slots = upcomingSlots(night, at('2026-03-08T00:30', zone))
    expect(localTimes(slots, zone)).toEqual([
      '01:30 -05:00',
      '01:45 -05:00',
      '03:00 -04:00',
      '03:15 -04:00',
    ])
  })

  test('an hour that comes twice has its slots twice, each a moment of its own', () => {
    const zone = 'America/New_York'
    const night = rules('Sat-Sun 00:30-02:30', zone, { daysAhead: 0, slotMinutes: 30 })
    const slots = upcomingSlots(night, at('2026-11-01T00:00', zone))
    expect(localTimes(slots, zone)).toEqual([
      '00:30 -04:00',
      '01:00 -04:00',
      '01:30 -04:00',
      '01:00 -05:00',
      '01:30 -05:00',
      '02:00 -05:00',
    ])
  })

  test('opening at a time that the clock skips means as long after the change', () => {
    const zone = 'Europe/Vienna'
    const [opening] = upcomingOpenings(
      rules('Sun 02:30-05:00', zone),
      at('2026-03-29T00:00', zone),
      0,
    )
    expect(opening?.startsAt.toISOString()).toBe('2026-03-29T01:30:00.000Z')
  })
})

describe('around closing time', () => {
  const zone = 'Europe/Vienna'
  const week = rules('Mon-Fri 07:00-19:00', zone)

  test('the last slot ends when the café closes', () => {
    const slots = upcomingSlots(week, at('2026-11-23T18:20', zone))
    expect(localTimes(slots, zone)[0]).toBe('18:30 +01:00')
    expect(localTimes(slots, zone)[1]).toBe('18:45 +01:00')
    expect(localTimes(slots, zone)[2]).toBe('07:00 +01:00')
  })

  test('an opening past midnight goes on after midnight', () => {
    const late = rules('Fri 20:00-02:00', zone, { daysAhead: 0 })
    const slots = upcomingSlots(late, at('2026-11-28T01:00', zone))
    expect(localTimes(slots, zone)).toEqual([
      '01:00 +01:00',
      '01:15 +01:00',
      '01:30 +01:00',
      '01:45 +01:00',
    ])
  })

  test('a café that never opens offers nothing', () => {
    expect(upcomingSlots(rules('closed', zone), at('2026-11-23T10:00', zone))).toEqual([])
  })
})

describe('opening hours as configuration', () => {
  test('every mistake is quoted back', () => {
    for (const text of ['Monday 7-19', 'Mon 25:00-26:00', 'Foo 07:00-19:00', '', 'Mon 07:00']) {
      expect(() => parseOpeningHours(text), text).toThrow()
    }
  })
})
