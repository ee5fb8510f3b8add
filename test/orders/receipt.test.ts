import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, openCafe, textOf, type Customer, type TestCafe } from '../support/cafe.js'
import { followEvents } from '../support/events.js'

let cafe: TestCafe
beforeAll(async () => {
  cafe = await openCafe()
})
afterAll(() => cafe.close())

async function placeOrder(
  customer: Customer = cafe.customer(),
): Promise<{ customer: Customer; path: string }> {
  await customer.add(7)
  const placed = await customer.order({ cup_name: 'Grace', note: 'No lid' })
  expect(placed.status).toBe(303)
  return { customer, path: placed.headers.location ?? '' }
}

/** What the counter will do: moves an order by its receipt's address. */
async function move(path: string, status: string): Promise<void> {
  await cafe.db.run(
    'UPDATE `order` SET status = ?, version = version + 1, status_changed_at = UTC_TIMESTAMP(3) WHERE receipt_id = ?',
    [status, path.split('/').at(-1) ?? ''],
  )
}

describe('a receipt', () => {
  test('shows how far the order is and when it will be ready', async () => {
    const { customer, path } = await placeOrder()
    expect(textOf((await customer.visit(path)).html)).toMatch(/Ready about (\w+ at )?\d\d:\d\d/)
    await move(path, 'making')
    expect(textOf((await customer.visit(path)).html)).toContain('Being made')
    await move(path, 'ready')
    expect(textOf((await customer.visit(path)).html)).toContain('waiting for you at the counter')
  })

  test('refreshes itself without JavaScript as long as there is something to wait for', async () => {
    const { customer, path } = await placeOrder()
    expect((await customer.visit(path)).html).toMatch(
      /<noscript><meta http-equiv="refresh" content="\d+">/,
    )
    await move(path, 'collected')
    expect((await customer.visit(path)).html).not.toContain('http-equiv="refresh"')
  })

  test('says so when the queue is longer than promised', async () => {
    const late = await openCafe({ CAFE_SLOT_WORK_MINUTES: '30', CAFE_LEAD_MINUTES: '0' })
    try {
      const customer = late.customer()
      await customer.add(7)
      const { headers } = await customer.order()
      const receiptId = headers.location?.split('/').at(-1) ?? ''
      await late.db.run('UPDATE `order` SET work_seconds = 7200 WHERE receipt_id = ?', [receiptId])
      expect(textOf((await customer.visit(headers.location ?? '')).html)).toContain('Running late')
    } finally {
      await late.close()
    }
  })

  test('is not made late by an order that was forgotten days ago', async () => {
    const forgotten = await placeOrder()
    const receiptId = forgotten.path.split('/').at(-1) ?? ''
    const longAgo = new Date(Date.now() - 5 * 86_400_000)
    longAgo.setMilliseconds(0)
    await cafe.db.run(
      'INSERT IGNORE INTO pickup_slot (starts_at, budget_seconds) VALUES (?, 90000)',
      [longAgo],
    )
    await cafe.db.run(
      'UPDATE `order` SET work_seconds = 72000, pickup_at = ? WHERE receipt_id = ?',
      [longAgo, receiptId],
    )
    const { customer, path } = await placeOrder()
    expect(textOf((await customer.visit(path)).html)).not.toContain('Running late')
  })

  test('can be opened by whoever has its address, without name, note and cancel button', async () => {
    const { path } = await placeOrder()
    const stranger = await cafe.customer().visit(path)
    expect(stranger.status).toBe(200)
    expect(textOf(stranger.html)).toContain('Coffee')
    for (const secret of ['Grace', 'No lid', '/cancellation'])
      expect(stranger.html).not.toContain(secret)
  })

  test('is nowhere to be found by number or by guessing', async () => {
    for (const path of [
      '/orders/25',
      '/orders/1',
      '/orders/AAAAAAAAAAAAAAAAAAAAAA',
      '/orders/%00',
      "/orders/' OR 1=1",
    ]) {
      const page = await cafe.customer().visit(path)
      expect([400, 404], path).toContain(page.status)
    }
  })
})

describe('news of an order', () => {
  test('reach an open page within moments, whoever moved the order', async () => {
    const { customer, path } = await placeOrder()
    const events = await followEvents(`${cafe.url}${path}/events`, customer.cookies)
    const first = await events.next()
    expect(first).toMatchObject({
      event: 'status',
      id: '1',
      data: { status: 'new', canCancel: true },
    })
    await move(path, 'making')
    expect(await events.next()).toMatchObject({
      id: '2',
      data: { status: 'making', canCancel: false },
    })
    await move(path, 'ready')
    expect(await events.next()).toMatchObject({ id: '3', data: { status: 'ready' } })
    events.close()
  })

  test('that were missed while the connection was lost are there when it is back', async () => {
    const { customer, path } = await placeOrder()
    const before = await followEvents(`${cafe.url}${path}/events`, customer.cookies)
    await before.next()
    before.close()
    await move(path, 'making')
    await move(path, 'ready')
    const after = await followEvents(`${cafe.url}${path}/events`, customer.cookies, '1')
    expect(await after.next()).toMatchObject({ id: '3', data: { status: 'ready' } })
    after.close()
  })

  test('end with the order: the page is told not to ask again', async () => {
    const { customer, path } = await placeOrder()
    await move(path, 'collected')
    const answer = await customer.visit(`${path}/events`, {
      headers: { 'last-event-id': '2', cookie: customer.cookies },
    })
    expect(answer.status).toBe(204)
  })
})

describe('cancelling', () => {
  test('is possible until the barista starts, and again is harmless', async () => {
    const { customer, path } = await placeOrder()
    for (const _ of [1, 2])
      expect((await customer.send(`${path}/cancellation`, {})).status).toBe(303)
    expect(textOf((await customer.visit(path)).html)).toContain('Cancelled')
  })

  test('comes too late once it is being made', async () => {
    const { customer, path } = await placeOrder()
    await move(path, 'making')
    const answer = await customer.send(`${path}/cancellation`, {})
    expect(answer.status).toBe(409)
    expect(textOf(answer.html)).toContain('too late')
  })

  test('is for the browser that placed the order alone', async () => {
    const { path } = await placeOrder()
    const answer = await cafe.customer().send(`${path}/cancellation`, {})
    expect(answer.status).toBe(403)
    expect(textOf(answer.html)).toContain('at the counter')
  })

  test('and starting to make it at the same moment have one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { customer, path } = await placeOrder()
      const receiptId = path.split('/').at(-1) ?? ''
      const start = cafe.db.run(
        "UPDATE `order` SET status = 'making', version = version + 1 WHERE receipt_id = ? AND status = 'new'",
        [receiptId],
      )
      const [answer, started] = await Promise.all([
        customer.send(`${path}/cancellation`, {}),
        start,
      ])
      const order = await cafe.db.prisma.order.findUniqueOrThrow({ where: { receiptId } })
      expect(order.status).toBe(started.affectedRows === 1 ? 'making' : 'cancelled')
      expect(answer.status).toBe(started.affectedRows === 1 ? 409 : 303)
      expect(order.version).toBe(2)
    }
  })
})

describe('my orders', () => {
  test('are those of this browser, the newest first', async () => {
    const { customer, path } = await placeOrder()
    const second = await placeOrder(customer)
    const page = await customer.visit('/orders')
    expect(page.html.indexOf(second.path)).toBeGreaterThan(0)
    expect(page.html.indexOf(second.path)).toBeLessThan(page.html.indexOf(path))
    expect((await cafe.customer().visit('/orders')).html).not.toContain(path)
  })

  test('can be ordered again, at today’s price and with the difference shown', async () => {
    const { customer, path } = await placeOrder()
    await cafe.db.run('UPDATE product SET price = 3.20 WHERE id = 7')
    try {
      const again = await customer.send(`${path}/again`, {})
      expect(again.status).toBe(303)
      await eventually('the basket shows the new price', async () => {
        const text = textOf((await customer.visit(again.headers.location ?? '')).html)
        return text.includes('Was $3.00') && text.includes('$3.20')
      })
    } finally {
      await cafe.db.run('UPDATE product SET price = 3.00 WHERE id = 7')
      await eventually('the menu has the old price again', async () =>
        textOf((await cafe.customer().visit('/menu/7')).html).includes('$3.00'),
      )
    }
  })

  test('ordered again twice by a double click are there once', async () => {
    const { customer, path } = await placeOrder()
    const token = await customer.token()
    for (const _ of [1, 2]) await customer.send(`${path}/again`, token)
    expect(
      (await customer.visit('/basket')).values('line').map((line) => line.split('-')[1]),
    ).toEqual(['1'])
  })

  test('that contain something sold out come back without it, and say so', async () => {
    const customer = cafe.customer()
    await customer.add(8)
    await customer.add(2)
    const { headers } = await customer.order()
    await cafe.db.run('UPDATE product SET is_sold_out = TRUE WHERE id = 2')
    try {
      const again = await customer.send(`${headers.location}/again`, {})
      await eventually('the notice names what was left out', async () => {
        const text = textOf((await customer.visit(again.headers.location ?? '')).html)
        return (
          text.includes('Left out of your order: Donut is sold out') &&
          text.includes('Hot Chocolate')
        )
      })
    } finally {
      await cafe.db.run('UPDATE product SET is_sold_out = FALSE WHERE id = 2')
    }
  })
})
