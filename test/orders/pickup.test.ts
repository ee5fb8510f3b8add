import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/database/database.js'
import { parseDatabaseUrl } from '../../src/database/address.js'
import { isCheckViolation } from '../../src/database/errors.js'
import { openCafe, textOf, type Customer, type Page, type TestCafe } from '../support/cafe.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

// One croissant is made in 30 seconds or so, whatever the seed says: the tests set it, so that a slot holds a known number.
const croissantSeconds = 60
const slotMinutes = 5
const croissantsPerSlot = 5

let database: FreshDatabase
let cafe: TestCafe
let db: Database
beforeAll(async () => {
  database = await freshDatabase({ seeded: true })
  db = openDatabase({ ...parseDatabaseUrl(database.url), poolSize: 20 })
  await db.run('UPDATE product SET prep_seconds = ? WHERE id = 1', [croissantSeconds])
  cafe = await openCafe(
    { CAFE_SLOT_MINUTES: String(slotMinutes), CAFE_SLOT_WORK_MINUTES: String(croissantsPerSlot) },
    { db },
  )
})
afterAll(async () => {
  await cafe.close()
  await db.close()
  await database.close()
})

async function withCroissants(quantity: number): Promise<Customer> {
  const customer = cafe.customer()
  await customer.add(1, { quantity, options: {} })
  return customer
}

/** Slots on offer, in order, without "as soon as possible". */
function slotsOn(page: Page): string[] {
  return [...page.html.matchAll(/<option value="(\d{4}-[^"]+)"(?! disabled)/g)].map(
    ([, value]) => value ?? '',
  )
}

async function reservedIn(slot: string): Promise<number> {
  const row = await db.prisma.pickupSlot.findUnique({ where: { startsAt: new Date(slot) } })
  return row?.reservedSeconds ?? 0
}

describe('a pickup slot', () => {
  test('is never oversold, however many want it at once', async () => {
    const buyers = await Promise.all(Array.from({ length: 12 }, () => withCroissants(1)))
    const forms = await Promise.all(buyers.map((buyer) => buyer.orderForm()))
    const slot = slotsOn(forms[0]?.page ?? expect.fail()).at(-1) ?? ''
    const answers = await Promise.all(
      buyers.map((buyer, index) => {
        const { page, fields } = forms[index] ?? expect.fail()
        return buyer.send('/orders', { ...fields, pickup: slot }, page)
      }),
    )
    const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b)
    const refusals = buyers.length - croissantsPerSlot
    expect(statuses).toEqual([
      ...Array<number>(croissantsPerSlot).fill(303),
      ...Array<number>(refusals).fill(409),
    ])
    const refused = answers.filter((answer) => answer.status === 409)
    expect(textOf(refused[0]?.html ?? '')).toContain('just filled up')
    expect(await reservedIn(slot)).toBe(croissantsPerSlot * croissantSeconds)
    expect(await db.prisma.order.count({ where: { pickupAt: new Date(slot) } })).toBe(
      croissantsPerSlot,
    )
  })

  test('cannot be oversold by SQL either', async () => {
    const [slot] = await db.prisma.pickupSlot.findMany({ take: 1 })
    const oversell = db.run(
      'UPDATE pickup_slot SET reserved_seconds = budget_seconds + 1 WHERE starts_at = ?',
      [slot?.startsAt ?? expect.fail()],
    )
    const error: unknown = await oversell.then(
      () => undefined,
      (problem: unknown) => problem,
    )
    expect(isCheckViolation(error, 'pickup_slot_budget_check')).toBe(true)
  })

  test('that is full is shown as full and cannot be chosen', async () => {
    const slot = slotsOn((await (await withCroissants(1)).orderForm()).page).at(-2) ?? ''
    const first = await withCroissants(croissantsPerSlot)
    expect((await first.order({ pickup: slot })).status).toBe(303)
    await expect
      .poll(async () => slotsOn((await (await withCroissants(1)).orderForm()).page), {
        timeout: 5000,
      })
      .not.toContain(slot)
  })

  test('gets its room back when an order is cancelled', async () => {
    const customer = await withCroissants(croissantsPerSlot)
    const slot = slotsOn((await customer.orderForm()).page).at(-3) ?? ''
    const placed = await customer.order({ pickup: slot })
    expect(await reservedIn(slot)).toBe(croissantsPerSlot * croissantSeconds)
    await customer.send(`${placed.headers.location}/cancellation`, {})
    expect(await reservedIn(slot)).toBe(0)
  })

  test('that has passed, or never was, is refused', async () => {
    const customer = await withCroissants(1)
    for (const pickup of [
      '2020-01-01T10:00:00.000Z',
      new Date(Date.now() + 3_723_000).toISOString(),
    ]) {
      const answer = await customer.order({ pickup })
      expect(answer.status).toBe(409)
      expect(textOf(answer.html)).toContain('has passed')
    }
  })
})

describe('as soon as possible', () => {
  test('means the first slot with room, and fills one after the other', async () => {
    const pickups: Date[] = []
    for (let order = 0; order < 3; order += 1) {
      const placed = await (await withCroissants(croissantsPerSlot)).order()
      expect(placed.status).toBe(303)
      const receiptId = placed.headers.location?.split('/').at(-1) ?? ''
      const { pickupAt } = await db.prisma.order.findUniqueOrThrow({ where: { receiptId } })
      pickups.push(pickupAt ?? expect.fail())
    }
    expect(pickups).toEqual(pickups.toSorted((a, b) => +a - +b))
    expect(new Set(pickups.map(Number)).size).toBe(3)
  })

  test('that has become much later than the page said is asked again', async () => {
    const answer = await (await withCroissants(1)).order({ asap_at: '2020-01-01T10:00:00.000Z' })
    expect(answer.status).toBe(409)
    expect(textOf(answer.html)).toContain('later than it was')
  })
})

test('an order too big for any slot is refused with the way out', async () => {
  const customer = await withCroissants(croissantsPerSlot + 1)
  const { page, fields } = await customer.orderForm()
  expect(textOf(page.html)).toContain('split it into two orders')
  const [slot] = slotsOn((await (await withCroissants(1)).orderForm()).page)
  const answer = await customer.send('/orders', { ...fields, pickup: slot ?? '' }, page)
  expect(answer.status).toBe(409)
  expect(textOf(answer.html)).toContain('more than we can make for one pickup')
})

describe('a closed café', () => {
  test('says when it opens and takes orders for then', async () => {
    const tomorrow = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(
      new Date(Date.now() + 86_400_000),
    )
    const closed = await openCafe(
      {
        CAFE_HOURS: `${tomorrow} 09:00-17:00`,
        CAFE_TIME_ZONE: 'UTC',
        CAFE_SLOT_WORK_MINUTES: '60',
      },
      { db },
    )
    try {
      const customer = closed.customer()
      expect(textOf((await customer.visit('/')).html)).toContain(
        'Closed now, opens tomorrow at 09:00',
      )
      await customer.add(1)
      const placed = await customer.order()
      expect(placed.status).toBe(303)
      expect(textOf((await customer.visit(placed.headers.location ?? '')).html)).toContain(
        'tomorrow at 09:',
      )
    } finally {
      await closed.close()
    }
  })

  test('that does not open in the coming days takes none, from a stale page either', async () => {
    const customer = await withCroissants(1)
    const { fields } = await customer.orderForm()
    const closed = await openCafe({ CAFE_HOURS: 'closed' }, { db })
    try {
      const late = closed.customer()
      await late.add(1)
      const answer = await late.send('/orders', fields)
      expect(answer.status).toBe(409)
      expect(textOf(answer.html)).toContain('closed')
    } finally {
      await closed.close()
    }
  })
})
