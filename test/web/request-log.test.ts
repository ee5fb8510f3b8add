import { setImmediate } from 'node:timers/promises'
import request from 'supertest'
import { expect, test } from 'vitest'
import { openSmallCafe, tokenOf, type SmallCafe } from './small-cafe.js'

const receiptId = 'Zx81-qQ0_aBcDeFgHiJkLm'

async function lines({ log }: SmallCafe): Promise<Record<string, unknown>[]> {
  await setImmediate() // a request is logged when its connection has taken the answer
  return log.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('every request leaves one line: what was asked, what came of it, how long it took', async () => {
  const cafe = openSmallCafe()
  const page = await request(cafe.app).get('/visitor?name=Ada')
  const [line, ...others] = await lines(cafe)
  expect(others).toEqual([])
  expect(line).toMatchObject({
    level: 30,
    method: 'GET',
    path: '/visitor',
    status: 200,
    id: page.headers['x-request-id'],
  })
  expect(line!.ms).toBeTypeOf('number')
})

test('the level tells who is to blame', async () => {
  const cafe = openSmallCafe({
    routes: (app) => app.get('/bug', () => Promise.reject(new Error('bug'))),
  })
  for (const path of ['/visitor', '/nowhere', '/bug']) await request(cafe.app).get(path)
  const levels = (await lines(cafe)).filter((line) => 'method' in line).map((line) => line.level)
  expect(levels).toEqual([30, 40, 50])
})

test('addresses of receipts, queries, cookies, tokens and fields are not logged', async () => {
  const cafe = openSmallCafe()
  const browser = cafe.browser()
  const token = await tokenOf(browser)
  const visitor = (await browser.get('/visitor')).body as string
  await browser.get(`/orders/${receiptId}`)
  await browser.get(`/orders/${receiptId}/typo`)
  await browser.get(`/orders//${receiptId}?key=${receiptId}`)
  await browser.get(`/${receiptId}%`)
  await browser.post('/form').type('form').send({ _csrf: token, cup_name: 'Ada Lovelace' })
  await browser.post(`/orders/${receiptId}/cancellation`).type('form').send({ _csrf: 'stale' })
  const log = JSON.stringify(await lines(cafe))
  for (const secret of [receiptId, token, visitor, 'Lovelace', 'key='])
    expect(log).not.toContain(secret)
  expect(log).toContain('"path":"/orders/:receiptId"')
})

test('a visitor who leaves before the answer is logged as that', async () => {
  let leave: (() => void) | undefined
  const asked = new Promise<void>((resolve) => (leave = resolve))
  const cafe = openSmallCafe({ routes: (app) => app.get('/slow', () => leave!()) })
  const visit = request(cafe.app).get('/slow')
  visit.end(() => undefined)
  await asked
  const closed = new Promise<void>((resolve) => {
    const push = cafe.log.push.bind(cafe.log)
    cafe.log.push = (...texts) => (resolve(), push(...texts))
  })
  visit.abort()
  await closed
  expect(await lines(cafe)).toMatchObject([{ path: '/slow', aborted: true }])
})
