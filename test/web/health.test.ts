import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { databaseNobodyServes, openSmallCafe, tokenOf } from './small-cafe.js'

describe('with a database', () => {
  let fresh: FreshDatabase
  beforeAll(async () => {
    fresh = await freshDatabase({ migrated: false })
  })
  afterAll(() => fresh.close())

  test('the café is ready once the migrations are applied, and asks for them no more', async () => {
    let isMigrated = false
    const { app } = openSmallCafe({ db: fresh.db, isMigrated: () => Promise.resolve(isMigrated) })
    const before = await request(app).get('/readyz')
    expect([before.status, before.text]).toEqual([
      503,
      'not ready: the database lacks migrations\n',
    ])
    isMigrated = true
    const ready = await request(app).get('/readyz')
    expect([ready.status, ready.text]).toEqual([200, 'ready\n'])
    isMigrated = false
    expect((await request(app).get('/readyz')).status).toBe(200)
  })

  test('a café that closes is not ready, but alive', async () => {
    const { app, shutdown } = openSmallCafe({ db: fresh.db })
    shutdown.abort()
    expect((await request(app).get('/readyz')).text).toBe('not ready: closing\n')
    expect((await request(app).get('/healthz')).status).toBe(200)
  })
})

test('without its database the café is alive, but not ready, and does not say where the database is', async () => {
  const { app } = openSmallCafe()
  expect((await request(app).get('/healthz')).status).toBe(200)
  const page = await request(app).get('/readyz')
  expect([page.status, page.text]).toEqual([503, 'not ready: the database cannot be reached\n'])
})

test('a database that accepts connections and says nothing is given up after a second', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const db = databaseNobodyServes((silent.address() as AddressInfo).port)
  const page = await request(openSmallCafe({ db }).app).get('/readyz')
  expect([page.status, page.text]).toEqual([
    503,
    'not ready: the database did not answer within 1000 ms\n',
  ])
  await db.close()
  silent.close()
})

describe('the metrics', () => {
  test('count requests by route, never by address, and show pool, orders and process', async () => {
    const { app, web, browser } = openSmallCafe()
    web.metrics.ordersPlaced.inc()
    web.metrics.ordersRefused.inc({ reason: 'changed' })
    await request(app).get('/orders/Zx81-qQ0_aBcDeFgHiJkLm')
    await request(app).get('/nowhere/at-all')
    const sender = browser()
    const _csrf = await tokenOf(sender)
    await sender.post('/form').type('form').send({ _csrf })
    const { text, type } = await request(app).get('/metrics')
    expect(type).toBe('text/plain')
    const lines = [
      'http_request_duration_seconds_count{method="GET",route="/orders/:receiptId",status="2xx"} 1',
      'http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1',
      'http_request_duration_seconds_count{method="POST",route="/form",status="2xx"} 1',
      'cafe_orders_placed_total 1',
      'cafe_orders_replayed_total 0',
      'cafe_orders_refused_total{reason="changed"} 1',
      'cafe_database_connections{state="limit"} 10',
    ]
    for (const line of lines) expect(text).toContain(line)
    expect(text).toContain('process_resident_memory_bytes')
    expect(text).not.toMatch(/Zx81|nowhere/)
  })

  test('of two apps are apart', async () => {
    const [one, other] = [openSmallCafe(), openSmallCafe()]
    one.web.metrics.ordersPlaced.inc(7)
    expect((await request(other.app).get('/metrics')).text).toContain('cafe_orders_placed_total 0')
  })
})
