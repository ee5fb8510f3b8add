import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  openCafe,
  type Customer,
  type Fields,
  type Page,
  type TestCafe,
} from '../support/cafe.js'
import { ownServer, type OwnServer } from '../support/own-server.js'

const orders = 100

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

interface Attempt {
  customer: Customer
  page: Page
  fields: Fields
}

async function prepare(): Promise<Attempt> {
  const customer = cafe.customer()
  await customer.add(2, { quantity: 2 })
  await customer.add(6)
  return { customer, ...(await customer.orderForm()) }
}

async function committed(): Promise<Map<string, string>> {
  const rows = await own.db.prisma.order.findMany({ where: { formKey: { not: null } } })
  expect(new Set(rows.map((row) => row.formKey)).size).toBe(rows.length)
  return new Map(rows.map((row) => [row.formKey ?? '', `/orders/${row.receiptId}`]))
}

test('kill -9 of the database during a hundred orders loses none that was acknowledged and doubles none', async () => {
  const attempts: Attempt[] = []
  for (let index = 0; index < orders; index += 1) attempts.push(await prepare())

  // The pool has 32 connections, so most of the hundred are under way or waiting when the first answers arrive.
  let answered = 0
  let killed: Promise<void> | undefined
  const answers = await Promise.all(
    attempts.map(async ({ customer, page, fields }) => {
      const answer = await customer.send('/orders', fields, page)
      answered += 1
      if (answered >= 5) killed ??= own.kill()
      return answer
    }),
  )
  await killed
  expect(killed).toBeDefined()
  const acknowledged = answers.filter((answer) => answer.status === 303)
  const unanswered = answers.filter((answer) => answer.status !== 303)
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(unanswered.length).toBeGreaterThan(0)
  expect(new Set(unanswered.map((answer) => answer.status))).toEqual(new Set([503]))

  await own.restart()
  await eventually(
    'the café is ready',
    async () => (await cafe.customer().visit('/readyz')).status === 200,
  )

  const kept = await committed()
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 303) {
      expect(kept.get(String(attempts[index]?.page.values('key')[0]))).toBe(answer.headers.location)
    }
  }

  const again = await Promise.all(
    attempts.map(({ customer, page, fields }) => customer.send('/orders', fields, page)),
  )
  expect(again.map((answer) => answer.status)).toEqual(Array(orders).fill(303))
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 303) expect(again[index]?.headers.location).toBe(answer.headers.location)
  }
  expect((await committed()).size).toBe(orders)
  const torn = await own.db.rows(
    `SELECT o.order_number FROM \`order\` o LEFT JOIN order_item i USING (order_number)
GROUP BY o.order_number, o.amount HAVING COUNT(i.product_id) = 0 OR o.amount <> SUM(i.amount)`,
  )
  expect(torn).toEqual([])
})
