import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  eventually,
  openCafe,
  textOf,
  type Customer,
  type Page,
  type TestCafe,
} from '../support/cafe.js'
import { ownServer, type OwnServer } from '../support/own-server.js'

let own: OwnServer
let cafe: TestCafe
beforeAll(async () => {
  own = await ownServer()
  cafe = await openCafe({ CAFE_SLOT_WORK_MINUTES: '100000' }, { db: own.db })
})
afterAll(async () => {
  await cafe.close()
  await own.close()
})

async function readyToOrder(): Promise<{
  customer: Customer
  page: Page
  fields: Record<string, string | string[]>
}> {
  const customer = cafe.customer()
  await customer.add(1)
  return { customer, ...(await customer.orderForm()) }
}

describe('while the database is dead', () => {
  let ready: Awaited<ReturnType<typeof readyToOrder>>
  beforeAll(async () => {
    ready = await readyToOrder()
    await own.kill()
  })

  test('the menu is still there, and says of when it is', async () => {
    await eventually('the menu says that it is not of now', async () => {
      const page = await ready.customer.visit('/')
      expect(page.status).toBe(200)
      const text = textOf(page.html)
      expect(text).toContain('Croissant')
      return /Menu as of \d\d:\d\d/.test(text)
    })
    expect((await cafe.customer().visit('/menu/9')).status).toBe(200)
  })

  test('a café that starts now shows the menu it last knew', async () => {
    const restarted = await openCafe({ CAFE_DATA_DIR: cafe.dataDir }, { db: own.db })
    try {
      const text = textOf((await restarted.customer().visit('/')).html)
      expect(text).toMatch(/Menu as of \d\d:\d\d/)
      expect(text).toContain('Latte')
    } finally {
      await restarted.close()
    }
  })

  test('an order is said not to be placed, and can be sent again with the same key', async () => {
    const answer = await ready.customer.send('/orders', ready.fields, ready.page)
    expect(answer.status).toBe(503)
    expect(textOf(answer.html)).toContain('Your order was not placed')
    expect(answer.values('key')).toEqual(ready.page.values('key'))
    ready = { ...ready, page: answer }
  })

  test('it is alive but not ready, and says so to machines', async () => {
    expect((await cafe.customer().visit('/healthz')).status).toBe(200)
    expect((await cafe.customer().visit('/readyz')).status).toBe(503)
  })

  test('every page answers', async () => {
    for (const path of ['/basket', '/orders', '/orders/AAAAAAAAAAAAAAAAAAAAAA', '/nothing']) {
      const page = await ready.customer.visit(path)
      expect([404, 503], path).toContain(page.status)
      expect(page.html).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|password/i)
    }
  })

  test('and once it is back, everything recovers by itself, and the form that failed gives one order', async () => {
    await own.restart()
    await eventually(
      'the café is ready',
      async () => (await cafe.customer().visit('/readyz')).status === 200,
    )
    const placed = await ready.customer.send('/orders', ready.fields, ready.page)
    expect(placed.status).toBe(303)
    const again = await ready.customer.send('/orders', ready.fields, ready.page)
    expect(again.headers.location).toBe(placed.headers.location)
    await eventually('the menu is of now', async () => {
      return !textOf((await ready.customer.visit('/')).html).includes('Menu as of')
    })
  })
})

describe('while the database hangs', () => {
  let ready: Awaited<ReturnType<typeof readyToOrder>>
  beforeEach(async () => {
    ready = await readyToOrder()
  })

  test('nobody waits longer than five seconds, and the order can be sent again', async () => {
    process.kill(own.server().pid, 'SIGSTOP')
    try {
      // The limit is a promise of the page, not a measure of speed: each request has its own five seconds and a margin.
      const within = { signal: AbortSignal.timeout(7_000) }
      const [menu, basket, order] = await Promise.all([
        ready.customer.visit('/', within),
        ready.customer.visit('/basket', within),
        ready.customer.send('/orders', ready.fields, ready.page),
      ])
      expect(menu.status).toBe(200)
      expect(basket.status).toBe(503)
      expect(order.status).toBe(503)
      expect(textOf(order.html)).toMatch(/was not placed|could not confirm/)
      expect(order.values('key')).toEqual(ready.page.values('key'))
    } finally {
      process.kill(own.server().pid, 'SIGCONT')
    }
    await eventually('the same form gives its receipt', async () => {
      return (await ready.customer.send('/orders', ready.fields, ready.page)).status === 303
    })
  })
})
