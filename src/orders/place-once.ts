// One attempt at an order: look for it by its key, price it, find a slot, write it. Whether to try again is decided in
// place-order.ts.
import { randomBytes } from 'node:crypto'
import type { Database } from '../database/database.js'
import { isDuplicateKey } from '../database/errors.js'
import { ExpectedError } from '../errors.js'
import { readForSale } from '../menu/queries.js'
import { openSlot } from '../pickup/queries.js'
import type { SlotBook } from '../pickup/slot-book.js'
import { priceOrder, type OrderLine, type PricedOrder } from './order-lines.js'
import { findByFormKey, type OrderAddress } from './queries.js'
import { SlotRefused, writeOrder } from './write-order.js'

export interface OrderForm {
  key: string
  lines: OrderLine[]
  /** The total the customer saw; a different one is shown before it is charged. */
  totalCents: number
  pickup: { kind: 'asap'; promisedAt: Date } | { kind: 'slot'; startsAt: Date }
  cupName: string
  note: string
}

export interface PlacedOrder extends OrderAddress {
  /** The form had been sent before: this is the order it made then. */
  isReplay: boolean
}

/** The order as shown cannot be had any more. Nothing was written; the page shows what changed and asks again. */
export class OrderChanged extends ExpectedError {
  constructor(readonly reasons: readonly string[]) {
    super('conflict', `${reasons.join('. ')}. Nothing was ordered.`)
  }
}

/** How much later than promised "as soon as possible" may become without asking again, in milliseconds. */
const asapSlackMs = 30 * 60_000
/** Slots tried for one order before giving up; each is full by the time we come. */
const slotAttemptsMax = 25

/**
 * Places the order of a form, or finds the one it made before. Throws OrderChanged when it cannot be had as it was shown,
 * and whatever the database throws.
 */
export async function placeOnce(
  db: Database,
  book: SlotBook,
  visitorId: string,
  form: OrderForm,
): Promise<PlacedOrder> {
  const earlier = await findByFormKey(db, form.key)
  if (earlier) return { ...earlier, isReplay: true }
  try {
    const products = await readForSale(
      db,
      form.lines.map((line) => line.productId),
    )
    const priced = priceOrder(form.lines, products)
    refuseChanged(priced, form)
    return await writeIntoSlot(db, book, { visitorId, form, priced })
  } catch (error) {
    if (!(error instanceof OrderChanged) && !isDuplicateKey(error, 'order_form_key_key'))
      throw error
    // Another process may have placed this very form since we looked: then its order is the answer, not our refusal.
    const placed = await findByFormKey(db, form.key)
    if (placed) return { ...placed, isReplay: true }
    throw error
  }
}

function refuseChanged(priced: PricedOrder, form: OrderForm): void {
  if (priced.problems.length > 0) throw new OrderChanged(priced.problems)
  if (priced.totalCents !== form.totalCents)
    throw new OrderChanged(['Prices have changed since you looked'])
}

interface PlaceInput {
  visitorId: string
  form: OrderForm
  priced: PricedOrder
}

async function writeIntoSlot(
  db: Database,
  book: SlotBook,
  input: PlaceInput,
): Promise<PlacedOrder> {
  const opened = new Set<number>()
  for (let attempt = 0; attempt < slotAttemptsMax; attempt += 1) {
    const placedAt = new Date()
    const pickupAt = await chooseSlot(book, input, placedAt)
    try {
      return await write(db, input, placedAt, pickupAt)
    } catch (error) {
      if (!(error instanceof SlotRefused)) throw error
    }
    book.forget()
    if (!opened.has(+pickupAt)) {
      // No row, or no room: make sure of the row, then the next refusal is certain to mean room.
      await openSlot(db, pickupAt, book.rules.budgetSeconds)
      opened.add(+pickupAt)
    } else if (input.form.pickup.kind === 'slot') {
      throw new OrderChanged([
        'The pickup time you chose has just filled up; please choose another',
      ])
    }
  }
  throw new OrderChanged([
    'Pickup times are filling up faster than we could book one; please try again',
  ])
}

async function chooseSlot(book: SlotBook, { form, priced }: PlaceInput, now: Date): Promise<Date> {
  const { pickup } = form
  if (priced.workSeconds > book.rules.budgetSeconds) {
    throw new OrderChanged([
      'This is more than we can make for one pickup; please split your order',
    ])
  }
  if (pickup.kind === 'slot') {
    if (!book.isChoosable(pickup.startsAt, now)) {
      throw new OrderChanged(['The pickup time you chose has passed; please choose another'])
    }
    return pickup.startsAt
  }
  const slot = await book.firstWithRoom(priced.workSeconds, now)
  if (!slot) throw new OrderChanged(['We are closed or fully booked for the coming days'])
  if (+slot.startsAt > +pickup.promisedAt + asapSlackMs) {
    throw new OrderChanged(['The earliest pickup is later than it was when you looked'])
  }
  return slot.startsAt
}

async function write(
  db: Database,
  { visitorId, form, priced }: PlaceInput,
  placedAt: Date,
  pickupAt: Date,
): Promise<PlacedOrder> {
  const receiptId = randomBytes(16).toString('base64url')
  const number = await writeOrder(db, {
    formKey: form.key,
    receiptId,
    visitorId,
    placedAt,
    cupName: form.cupName,
    note: form.note,
    isAsap: form.pickup.kind === 'asap',
    pickupAt,
    priced,
  })
  return { number, receiptId, isReplay: false }
}
