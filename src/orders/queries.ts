import type { Database } from '../database/database.js'
import type { Prisma } from '../database/generated/client.js'
import type { Sql } from '../database/sql.js'
import { centsOf } from '../money.js'
import type { OrderStatus } from './status.js'

export interface OrderAddress {
  number: number
  receiptId: string
}

export interface Order extends OrderAddress {
  visitorId: string | null
  placedAt: Date
  status: OrderStatus
  version: number
  cupName: string
  note: string
  isAsap: boolean
  pickupAt: Date | null
  workSeconds: number
  totalCents: number
  lines: OrderedLine[]
}

export interface OrderedLine {
  productId: number
  name: string
  quantity: number
  unitPriceCents: number
  amountCents: number
  options: { id: number; name: string }[]
}

/** 128 random bits in base64url, as receipts, form keys and visitors are named. */
export const randomIdPattern = /^[A-Za-z0-9_-]{22}$/

/** The order a form made, if it has made one. One small statement, because every order asks first. */
export async function findByFormKey(sql: Sql, key: string): Promise<OrderAddress | undefined> {
  const [row] = await sql.rows<{ order_number: number; receipt_id: string }>(byFormKeyStatement, [
    key,
  ])
  return row && { number: row.order_number, receiptId: row.receipt_id }
}

export const byFormKeyStatement = 'SELECT order_number, receipt_id FROM `order` WHERE form_key = ?'

export async function findOrder(db: Database, receiptId: string): Promise<Order | undefined> {
  if (!randomIdPattern.test(receiptId)) return undefined
  const row = await db.prisma.order.findUnique({ where: { receiptId }, include: withLines })
  return row ? orderOf(row) : undefined
}

/** A visitor's orders, the newest first. */
export async function listOrders(db: Database, visitorId: string, most: number): Promise<Order[]> {
  const rows = await db.prisma.order.findMany({
    where: { visitorId },
    orderBy: { number: 'desc' },
    take: most,
    include: withLines,
  })
  return rows.map(orderOf)
}

const withLines = {
  items: {
    orderBy: { itemNumber: 'asc' },
    include: { options: { orderBy: { optionId: 'asc' } } },
  },
} as const

type OrderRow = Prisma.OrderGetPayload<{ include: typeof withLines }>

function orderOf(row: OrderRow): Order {
  return {
    number: row.number,
    receiptId: row.receiptId,
    visitorId: row.visitorId,
    placedAt: row.placedAt,
    status: row.status,
    version: row.version,
    cupName: row.cupName,
    note: row.note,
    isAsap: row.isAsap,
    pickupAt: row.pickupAt,
    workSeconds: row.workSeconds,
    totalCents: centsOf(row.amount),
    lines: row.items.map((item) => ({
      productId: item.productId,
      name: item.productName,
      quantity: item.quantity,
      unitPriceCents: centsOf(item.unitPrice),
      amountCents: centsOf(item.amount),
      options: item.options.map((option) => ({ id: option.optionId, name: option.optionName })),
    })),
  }
}

/** An order that was for longer ago and is still open has been forgotten at the counter; nobody is making it now. */
const forgottenAfterMs = 2 * 60 * 60_000

/** Work that will be made before this order: of open orders for an earlier slot, or the same slot and an earlier number. */
export async function readWorkAhead(
  sql: Sql,
  { number, pickupAt }: Pick<Order, 'number' | 'pickupAt'>,
  now: Date,
): Promise<number> {
  const [row] = await sql.rows<{ seconds: string | null }>(
    `SELECT SUM(work_seconds) AS seconds FROM \`order\`
WHERE status IN ('new', 'making') AND pickup_at >= ? AND (pickup_at < ? OR (pickup_at = ? AND order_number < ?))`,
    [new Date(+now - forgottenAfterMs), pickupAt, pickupAt, number],
  )
  return Number(row?.seconds ?? 0)
}

/** How far each of these orders is; ids that are none are absent. */
export async function readVersions(
  sql: Sql,
  receiptIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await sql.rows<{ receipt_id: string; version: number }>(
    `SELECT receipt_id, version FROM \`order\`
WHERE receipt_id IN (${receiptIds.map(() => '?').join(', ')})`,
    receiptIds,
  )
  return new Map(rows.map((row) => [row.receipt_id, row.version]))
}

/** Moves an order on if it still is where it was seen; false: somebody else was first. */
export async function updateStatus(
  sql: Sql,
  { number, from, to, at }: { number: number; from: OrderStatus; to: OrderStatus; at: Date },
): Promise<boolean> {
  const { affectedRows } = await sql.run(
    `UPDATE \`order\` SET status = ?, status_changed_at = ?, version = version + 1
WHERE order_number = ? AND status = ?`,
    [to, at, number, from],
  )
  return affectedRows === 1
}
