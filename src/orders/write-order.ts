// The rows of one order, in one transaction. Plain SQL and the text protocol: this is the café's hottest path, and a
// prepared statement or a session variable would pin its connection at RDS Proxy.
import { removeOrdered } from '../basket/queries.js'
import type { Database } from '../database/database.js'
import type { SqlValue } from '../database/sql.js'
import { decimalOf } from '../money.js'
import { reserveWork } from '../pickup/queries.js'
import type { PricedOrder } from './order-lines.js'

export interface NewOrder {
  formKey: string
  receiptId: string
  visitorId: string
  placedAt: Date
  cupName: string
  note: string
  isAsap: boolean
  pickupAt: Date
  priced: PricedOrder
}

/** The slot has no room for this order's work, or no row yet. Nothing was written. */
export class SlotRefused extends Error {}

/** Writes the order and returns its number. Throws SlotRefused, or MySQL's duplicate-key error for a form key that is taken. */
export async function writeOrder(db: Database, order: NewOrder): Promise<number> {
  const { priced } = order
  return db.transaction(async (tx) => {
    // The slot first: its row is the one that others wait for, and taking it after the order (whose foreign key already
    // shares it) would make two buyers of one slot a deadlock.
    if (!(await reserveWork(tx, order.pickupAt, priced.workSeconds))) throw new SlotRefused()
    const { insertId: number } = await tx.run(orderStatement, orderValues(order))
    await tx.run(itemsStatement(priced.lines.length), itemValues(number, priced))
    const options = optionValues(number, priced)
    if (options.length > 0) await tx.run(optionsStatement(options.length / 5), options)
    await removeOrdered(tx, order.visitorId, priced.lines)
    return number
  })
}

/** The statements of an order, exported for the benchmark, whose baseline issues the same. */
export const orderStatement = `INSERT INTO \`order\` (order_date_time, amount, form_key, receipt_id, visitor_id,
status_changed_at, cup_name, note, is_asap, pickup_at, work_seconds)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export function itemsStatement(count: number): string {
  return `INSERT INTO order_item (order_number, order_item_number, product_id, product_name, unit_price, quantity, amount)
VALUES ${Array(count).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ')}`
}

export function optionsStatement(count: number): string {
  return `INSERT INTO order_item_option (order_number, order_item_number, option_id, option_name, price)
VALUES ${Array(count).fill('(?, ?, ?, ?, ?)').join(', ')}`
}

function orderValues(order: NewOrder): SqlValue[] {
  return [
    order.placedAt,
    decimalOf(order.priced.totalCents),
    order.formKey,
    order.receiptId,
    order.visitorId,
    order.placedAt,
    order.cupName,
    order.note,
    order.isAsap,
    order.pickupAt,
    order.priced.workSeconds,
  ]
}

function itemValues(number: number, { lines }: PricedOrder): SqlValue[] {
  return lines.flatMap((line, index) => [
    number,
    index + 1,
    line.productId,
    line.productName,
    decimalOf(line.unitPriceCents),
    line.quantity,
    decimalOf(line.amountCents),
  ])
}

function optionValues(number: number, { lines }: PricedOrder): SqlValue[] {
  return lines.flatMap((line, index) =>
    line.options.flatMap((option) => [
      number,
      index + 1,
      option.id,
      option.name,
      decimalOf(option.priceCents),
    ]),
  )
}
