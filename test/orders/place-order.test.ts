import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encode,
  eventually,
  openCafe,
  orderFields,
  textOf,
  type TestCafe,
} from '../support/cafe.js'

let cafe: TestCafe
beforeAll(async () => {
  cafe = await openCafe()
})
afterAll(() => cafe.close())

async function countOrders(): Promise<number> {
  const [row] = await cafe.db.rows<{ n: string }>('SELECT COUNT(*) AS n FROM `order`')
  return Number(row?.n)
}

async function expectTotalsToAgree(): Promise<void> {
  const wrong = await cafe.db.rows(
    `SELECT o.order_number FROM \`order\` o LEFT JOIN order_item i USING (order_number)
GROUP BY o.order_number, o.amount HAVING o.amount <> COALESCE(SUM(i.amount), 0)`,
  )
  expect(wrong).toEqual([])
}

describe('an order', () => {
  test('is written with its lines, options and prices, and its receipt tells them', async () => {
    const customer = cafe.customer()
    await customer.add(9, { quantity: 2 })
    await customer.add(1)
    const placed = await customer.order({ note: 'By the window' })
    expect(placed.status).toBe(303)
    const receipt = await customer.visit(placed.headers.location ?? '')
    expect(receipt.status).toBe(200)
    const text = textOf(receipt.html)
    for (const part of ['Latte', 'Croissant', 'Whole milk', 'Ada', 'By the window', '$8.50']) {
      expect(text).toContain(part)
    }
    const receiptId = placed.headers.location?.split('/').at(-1) ?? ''
    const order = await cafe.db.prisma.order.findUniqueOrThrow({
      where: { receiptId },
      include: { items: { include: { options: true }, orderBy: { itemNumber: 'asc' } } },
    })
    expect(order.amount.toString()).toBe('8.5')
    expect(
      order.items.map((item) => [item.productName, item.quantity, item.unitPrice.toFixed(2)]),
    ).toEqual([
      ['Latte', 2, '3.50'],
      ['Croissant', 1, '1.50'],
    ])
    expect(order.items[0]?.options.length).toBeGreaterThan(0)
    expect(textOf((await customer.visit('/basket')).html)).not.toContain('Croissant')
    await expectTotalsToAgree()
  })

  test('is numbered after the twenty-four of the seed', async () => {
    const [row] = await cafe.db.rows<{ least: number }>(
      'SELECT MIN(order_number) AS least FROM `order` WHERE form_key IS NOT NULL',
    )
    expect(row?.least).toBe(25)
  })

  test('keeps name and price as sold when the menu changes later', async () => {
    const customer = cafe.customer()
    await customer.add(4)
    const { location = '' } = (await customer.order()).headers
    await cafe.db.run("UPDATE product SET product_name = 'Big muffin', price = 3.30 WHERE id = 4")
    try {
      const text = textOf((await customer.visit(location)).html)
      expect(text).toContain('Muffin')
      expect(text).not.toContain('Big muffin')
      expect(text).toContain('$3.00')
    } finally {
      await cafe.db.run("UPDATE product SET product_name = 'Muffin', price = 3.00 WHERE id = 4")
    }
  })
})

describe('one form is one order', () => {
  test('sent fifty times at once, to two processes, it gives one order and the same receipt each time', async () => {
    const other = await openCafe({}, { db: cafe.db })
    try {
      const customer = cafe.customer()
      await customer.add(2, { quantity: 3 })
      const { page, fields } = await customer.orderForm()
      const before = await countOrders()
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          fetch(`${index % 2 === 0 ? cafe.url : other.url}/orders`, {
            method: 'POST',
            redirect: 'manual',
            headers: {
              'content-type': 'application/x-www-form-urlencoded',
              cookie: customer.cookies,
            },
            body: encode({ ...fields, _csrf: page.values('_csrf')[0] ?? '' }),
          }),
        ),
      )
      expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(303))
      expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1)
      expect(await countOrders()).toBe(before + 1)
    } finally {
      await other.close()
    }
  })

  test('sent again after everything it ordered is sold out, it still gives its receipt', async () => {
    const customer = cafe.customer()
    await customer.add(5)
    const { page, fields } = await customer.orderForm()
    const first = await customer.send('/orders', fields, page)
    await cafe.db.run('UPDATE product SET is_sold_out = TRUE WHERE id = 5')
    try {
      const again = await customer.send('/orders', fields, page)
      expect(again.status).toBe(303)
      expect(again.headers.location).toBe(first.headers.location)
    } finally {
      await cafe.db.run('UPDATE product SET is_sold_out = FALSE WHERE id = 5')
    }
  })

  test('whose answer was lost on the way can be sent again for the same receipt', async () => {
    const customer = cafe.customer()
    await customer.add(6)
    const { page, fields } = await customer.orderForm()
    const before = await countOrders()
    const lost = new AbortController()
    const sending = fetch(`${cafe.url}/orders`, {
      method: 'POST',
      signal: lost.signal,
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: customer.cookies },
      body: encode({ ...fields, _csrf: page.values('_csrf')[0] ?? '' }),
    })
    sending.catch(() => undefined) // it is cut off below; the order is what counts
    await eventually('the order is written', async () => (await countOrders()) === before + 1)
    lost.abort()
    const again = await customer.send('/orders', fields, page)
    expect(again.status).toBe(303)
    expect(await countOrders()).toBe(before + 1)
  })
})

describe('what a client cannot set', () => {
  test.each([
    ['a lower total', { total: '0.01' }],
    ['an option of another product', { line: '1-1-1' }],
    ['a product that does not exist', { line: '999-1', total: '0.00' }],
    ['a latte without its milk', { line: '9-1', total: '3.50' }],
  ])('%s is not ordered, and the page asks again', async (_, forged) => {
    const customer = cafe.customer()
    await customer.add(1)
    const before = await countOrders()
    const answer = await customer.order(forged)
    expect(answer.status).toBe(409)
    expect(textOf(answer.html)).toContain('Nothing was ordered')
    expect(await countOrders()).toBe(before)
  })

  test('state, number, amount and date in the form are ignored', async () => {
    const customer = cafe.customer()
    await customer.add(1)
    const placed = await customer.order({
      status: 'collected',
      order_number: '1',
      amount: '0.00',
      price: '0.00',
      visitor_id: 'x',
      order_date_time: '2020-01-01',
    })
    expect(placed.status).toBe(303)
    const order = await cafe.db.prisma.order.findUniqueOrThrow({
      where: { receiptId: placed.headers.location?.split('/').at(-1) ?? '' },
    })
    expect(order.status).toBe('new')
    expect(order.amount.toFixed(2)).toBe('1.50')
    expect(order.number).toBeGreaterThan(24)
    expect(+order.placedAt).toBeGreaterThan(Date.now() - 60_000)
  })
})

describe('what changed since the page was opened', () => {
  test('a new price is shown as a difference, and ordered only after it was seen', async () => {
    const customer = cafe.customer()
    await customer.add(3)
    const { page, fields } = await customer.orderForm()
    await cafe.db.run('UPDATE product SET price = 2.80 WHERE id = 3')
    try {
      const refused = await customer.send('/orders', fields, page)
      expect(refused.status).toBe(409)
      const text = textOf(refused.html)
      expect(text).toContain('Nothing was ordered')
      expect(text).toContain('Was $2.50')
      expect(text).toContain('$2.80')
      const placed = await customer.send(
        '/orders',
        { ...orderFields(refused), cup_name: 'Ada' },
        refused,
      )
      expect(placed.status).toBe(303)
    } finally {
      await cafe.db.run('UPDATE product SET price = 2.50 WHERE id = 3')
    }
  })

  test('an option that has run out is named, and nothing is ordered', async () => {
    const customer = cafe.customer()
    await customer.add(9)
    const { page, fields } = await customer.orderForm()
    await cafe.db.run("UPDATE product_option SET is_sold_out = TRUE WHERE name = 'Whole milk'")
    try {
      const refused = await customer.send('/orders', fields, page)
      expect(refused.status).toBe(409)
      expect(textOf(refused.html)).toContain('Whole milk is sold out')
    } finally {
      await cafe.db.run("UPDATE product_option SET is_sold_out = FALSE WHERE name = 'Whole milk'")
    }
  })

  test('a line added in another tab stays in the basket when the first tab orders', async () => {
    const customer = cafe.customer()
    await customer.add(1)
    const { page, fields } = await customer.orderForm()
    await customer.add(2)
    expect((await customer.send('/orders', fields, page)).status).toBe(303)
    const basket = textOf((await customer.visit('/basket')).html)
    expect(basket).toContain('Donut')
    expect(basket).not.toContain('Croissant')
  })
})
