import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.js'

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the configuration', () => {
  test('needs nothing set', () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      CAFE_CURRENCY: 'USD',
      CAFE_TRUST_PROXY: false,
    })
  })

  test('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' }).DATABASE_URL).toBeUndefined()
  })

  test('names every mistake at once, each with its variable', () => {
    const wrong = {
      PORT: '70000',
      DATABASE_URL: 'postgres://cafe',
      CAFE_CURRENCY: 'DOLLARS',
      CAFE_LOCALE: 'not a locale',
      CAFE_TIME_ZONE: 'Middle/Earth',
      CAFE_HOURS: 'Mon 25:00-26:00',
      CAFE_LEAD_MINUTES: '-1',
      CAFE_SLOT_MINUTES: '1',
      CAFE_COOKIE_KEYS: 'short',
      CAFE_POOL_SIZE: 'many',
      CAFE_TRUST_PROXY: 'maybe',
      LOG_LEVEL: 'loud',
    }
    const problems = problemsOf(wrong)
    expect(problems.map((line) => line.split(' ')[0]).toSorted()).toEqual(
      Object.keys(wrong).toSorted(),
    )
  })

  test('never repeats a secret in a problem', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://cafe:hunter2@/',
      CAFE_COOKIE_KEYS: 'hunter2',
    }).join('\n')
    expect(problems).toContain('DATABASE_URL')
    expect(problems).not.toContain('hunter2')
  })

  test.each([
    ['DATABASE_URL', 'mysql://u:p%ZZ@host/cafe_db'],
    ['DATABASE_URL', 'mysql://u:p@host/cafe_db?ssl-mode=maybe'],
    ['DATABASE_URL', 'mysql://u:p@host/'],
    ['CAFE_CURRENCY', 'JPY'],
    ['CAFE_CURRENCY', 'KWD'],
    ['CAFE_TIME_ZONE', '+01:00'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringContaining(name)])
  })

  test('cannot be changed afterwards', () => {
    const config = readConfig({})
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError)
  })
})
