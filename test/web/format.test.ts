import { expect, test } from 'vitest'
import { formatDay, formatMoney, formatTime } from '../../src/web/format.js'

const vienna = { locale: 'en-US', currency: 'USD', timeZone: 'Europe/Vienna' }

test('money is written as in the café’s language and currency', () => {
  expect(formatMoney(350, vienna)).toBe('$3.50')
  expect(formatMoney(0, vienna)).toBe('$0.00')
  expect(formatMoney(123_456_789, vienna)).toBe('$1,234,567.89')
  expect(formatMoney(350, { locale: 'de-AT', currency: 'EUR' })).toBe('€\u00a03,50')
})

test('times and days are those of the clock on the café’s wall', () => {
  const instant = new Date('2026-11-23T23:05:00Z')
  expect(formatTime(instant, vienna)).toBe('00:05')
  expect(formatDay(instant, vienna)).toBe('Tuesday, November 24')
  expect(formatDay(instant, { ...vienna, timeZone: 'America/New_York' })).toBe(
    'Monday, November 23',
  )
})

test('the night the clocks go back has the same hour twice', () => {
  const before = new Date('2026-10-25T00:30:00Z')
  const after = new Date('2026-10-25T01:30:00Z')
  expect([formatTime(before, vienna), formatTime(after, vienna)]).toEqual(['02:30', '02:30'])
})
