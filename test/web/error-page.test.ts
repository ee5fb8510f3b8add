import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { DatabaseUnavailable } from '../../src/database/errors.js'
import { ExpectedError, type ErrorCode } from '../../src/errors.js'
import { PageError } from '../../src/web/page-error.js'
import { openSmallCafe, tokenOf } from './small-cafe.js'

function openCafeThatThrows(error: unknown, options = {}) {
  return openSmallCafe({
    ...options,
    routes: (app) => {
      app.get('/throw', () => Promise.reject(error as Error))
      app.post('/throw', () => Promise.reject(error as Error))
    },
  })
}

describe('an outcome we foresaw', () => {
  const statuses: [ErrorCode, number][] = [
    ['invalid', 400],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['too-large', 413],
    ['unavailable', 503],
    ['refused', 409],
    ['mismatch', 500],
  ]
  test.each(statuses)('"%s" is answered with %i, its words and a way on', async (code, status) => {
    const { app } = openCafeThatThrows(
      new ExpectedError(code, 'The latte <is> out.', { hint: 'Have tea.' }),
    )
    const page = await request(app).get('/throw')
    expect(page.status).toBe(status)
    expect(page.type).toBe('text/html')
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.text).toContain('The latte &lt;is&gt; out.')
    expect(page.text).toContain('Have tea.')
    expect(page.text).toContain('Back to the menu')
    expect(page.text).toContain(page.headers['x-request-id'])
  })

  test('may say its own status and link', async () => {
    const link = { href: '/orders', text: 'To my orders' }
    const { app } = openCafeThatThrows(
      new PageError('invalid', 'No tea in the pot.', { status: 418, link }),
    )
    const page = await request(app).get('/throw')
    expect(page.status).toBe(418)
    expect(page.text).toContain('href="/orders">To my orders')
  })
})

describe('a database that is away', () => {
  const away = new DatabaseUnavailable('connect ECONNREFUSED 10.0.0.7:3306 as cafe')

  test('is a 503 without its address, and the log has it', async () => {
    const wrapped = Object.assign(new Error('prisma'), { cause: away })
    for (const error of [away, wrapped]) {
      const { app, log } = openCafeThatThrows(error)
      const page = await request(app).get('/throw')
      expect(page.status).toBe(503)
      expect(page.headers['retry-after']).toBeDefined()
      expect(page.text).not.toContain('10.0.0.7')
      expect(log.join('')).toContain('10.0.0.7')
    }
  })

  test('lets a form be sent again, and a route’s own words stand', async () => {
    const error = new ExpectedError('unavailable', 'Your order was not placed.', { cause: away })
    const sender = openCafeThatThrows(error).browser()
    const _csrf = await tokenOf(sender)
    const page = await sender.post('/throw').type('form').send({ _csrf, note: '"><b>' })
    expect(page.text).toContain('Your order was not placed.')
    expect(page.text).toContain('name="note" value="&#34;&gt;&lt;b&gt;"')
    const looking = await request(openCafeThatThrows(error).app).get('/throw')
    expect(looking.text).not.toContain('<form')
  })
})

describe('a bug', () => {
  const bug = Object.assign(
    new Error('SELECT failed for Ada with secret hunter2', { cause: new Error('why') }),
    {
      code: 'ER_PARSE_ERROR',
      sql: "INSERT INTO `order` VALUES ('Ada Lovelace')",
    },
  )

  test('is shown as nothing but a number', async () => {
    const page = await request(openCafeThatThrows(bug).app).get('/throw')
    expect(page.status).toBe(500)
    expect(page.text).not.toMatch(/SELECT|hunter2|Ada|\.ts|node_modules|ER_PARSE/)
    expect(page.text).toContain(page.headers['x-request-id'])
  })

  test('is logged with stack, code and cause, but not with the statement’s values', async () => {
    const { app, log } = openCafeThatThrows(bug)
    const page = await request(app).get('/throw')
    const line = log
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((one) => 'err' in one)
    expect(line).toMatchObject({
      level: 50,
      id: page.headers['x-request-id'],
      err: {
        type: 'Error',
        code: 'ER_PARSE_ERROR',
        stack: expect.stringContaining('.test.ts') as string,
        cause: { message: 'why' },
      },
    })
    expect(log.join('')).not.toContain('Ada Lovelace')
  })

  test('need not be an Error', async () => {
    for (const thrown of ['text', 42, { status: 200 }]) {
      expect((await request(openCafeThatThrows(thrown).app).get('/throw')).status).toBe(500)
    }
  })

  test('in the middle of an answer cuts it off', async () => {
    const { app } = openSmallCafe({
      routes: (cafe) =>
        cafe.get('/half', (_req, res) => {
          res.write('half')
          throw new Error('broken')
        }),
    })
    await expect(request(app).get('/half')).rejects.toThrow(/aborted|hang up/)
  })
})

test('without its template the error page is plain text', async () => {
  const viewsFolder = mkdtempSync(join(tmpdir(), 'cafe-views-'))
  mkdirSync(join(viewsFolder, 'assets'))
  const { app, log } = openSmallCafe({ viewsFolder })
  const page = await request(app).get('/nowhere')
  rmSync(viewsFolder, { recursive: true })
  expect([page.status, page.type]).toEqual([404, 'text/plain'])
  expect(page.text).toContain('There is no page at this address.')
  expect(page.text).toContain(page.headers['x-request-id'])
  expect(log.join('')).toContain('error page could not be rendered')
})
