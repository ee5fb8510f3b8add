import type { Database } from '../database/database.js'
import type { Sql } from '../database/sql.js'
import { quantityMax, selectionIds } from '../menu/selection.js'
import { centsOf, decimalOf } from '../money.js'

export interface BasketLine {
  id: string
  productId: number
  optionIds: number[]
  quantity: number
  /** The unit price the customer last saw. */
  seenPriceCents: number
}

/** The most different lines one basket holds; the order form has to stay a form. */
export const basketLinesMax = 40

export async function readBasket(db: Database, visitorId: string): Promise<BasketLine[]> {
  const lines = await db.prisma.basketLine.findMany({
    where: { visitorId },
    orderBy: { id: 'asc' },
  })
  return lines.map((line) => ({
    id: String(line.id),
    productId: line.productId,
    optionIds: selectionIds(line.selection),
    quantity: line.quantity,
    seenPriceCents: centsOf(line.seenPrice),
  }))
}

/** What the bar at the bottom of every page says. One small statement, because every page asks. */
export async function countBasket(
  sql: Sql,
  visitorId: string,
): Promise<{ count: number; totalCents: number }> {
  const [row] = await sql.rows<{ count: string | null; total: string | null }>(
    `SELECT SUM(quantity) AS count, SUM(quantity * seen_price) AS total
FROM basket_line WHERE visitor_id = ?`,
    [visitorId],
  )
  return { count: Number(row?.count ?? 0), totalCents: centsOf(row?.total ?? '0') }
}

export interface NewLine {
  productId: number
  /** As selectionText writes it. */
  selection: string
  quantity: number
  seenPriceCents: number
  /** There shall be at least so many of it, rather than so many more: harmless when it is sent twice. */
  isAtLeast?: boolean
}

/** What became of a line: added, or why not. */
export type Added = 'added' | 'too-many' | 'basket-full'

/**
 * Adds to the basket; the same product with the same options becomes more of it. Nothing is cut off: more than one line
 * or one basket holds is not added at all.
 */
export async function addLine(db: Database, visitorId: string, line: NewLine): Promise<Added> {
  return db.transaction(async (tx) => {
    // The basket's row is locked first: two taps at once add up. What follows reads without locks and writes by primary
    // key, because locking lines that do not exist yet locks the gap that other customers' lines go into.
    await tx.run(
      `INSERT INTO basket (visitor_id) VALUES (?)
ON DUPLICATE KEY UPDATE changed_at = UTC_TIMESTAMP(3)`,
      [visitorId],
    )
    const lines = await tx.rows<{
      id: string
      product_id: number
      selection: string
      quantity: number
    }>('SELECT id, product_id, selection, quantity FROM basket_line WHERE visitor_id = ?', [
      visitorId,
    ])
    const same = lines.find(
      (each) => each.product_id === line.productId && each.selection === line.selection,
    )
    if (!same && lines.length >= basketLinesMax) return 'basket-full'
    const before = same?.quantity ?? 0
    const quantity = line.isAtLeast ? Math.max(before, line.quantity) : before + line.quantity
    if (quantity > quantityMax) return 'too-many'
    if (same) await changeQuantity(tx, same.id, quantity)
    else await insertLine(tx, visitorId, { ...line, quantity })
    return 'added'
  })
}

/** The price that was seen first stays: what is added later must not hide that it has changed. */
async function changeQuantity(tx: Sql, lineId: string, quantity: number): Promise<void> {
  await tx.run('UPDATE basket_line SET quantity = ? WHERE id = ?', [quantity, lineId])
}

async function insertLine(tx: Sql, visitorId: string, line: NewLine): Promise<void> {
  const { insertId } = await tx.run(
    `INSERT INTO basket_line (visitor_id, product_id, selection, quantity, seen_price)
VALUES (?, ?, ?, ?, ?)`,
    [visitorId, line.productId, line.selection, line.quantity, decimalOf(line.seenPriceCents)],
  )
  for (const optionId of selectionIds(line.selection)) {
    await tx.run('INSERT INTO basket_line_option (line_id, option_id) VALUES (?, ?)', [
      insertId,
      optionId,
    ])
  }
}

/** Sets how many of a line; 0 removes it. false: there is no such line in this visitor's basket. */
export async function setQuantity(
  db: Database,
  visitorId: string,
  lineId: string,
  quantity: number,
): Promise<boolean> {
  const mine = { id: BigInt(lineId), visitorId }
  const { count } =
    quantity === 0
      ? await db.prisma.basketLine.deleteMany({ where: mine })
      : await db.prisma.basketLine.updateMany({ where: mine, data: { quantity } })
  // As long as somebody changes it, a basket is not one that was left behind.
  await db.prisma.basket.updateMany({ where: { visitorId }, data: { changedAt: new Date() } })
  return count > 0
}

/** Takes what was ordered out of the basket; a line another tab has changed since stays. */
export async function removeOrdered(
  sql: Sql,
  visitorId: string,
  lines: readonly { productId: number; selection: string; quantity: number }[],
): Promise<void> {
  await sql.run(removeStatement(lines.length), [
    visitorId,
    ...lines.flatMap((line) => [line.productId, line.selection, line.quantity]),
  ])
}

/** The statement of removeOrdered; the benchmark's baseline issues the same. */
export function removeStatement(lines: number): string {
  const tuples = Array(lines).fill('(?, ?, ?)').join(', ')
  return `DELETE FROM basket_line WHERE visitor_id = ? AND (product_id, selection, quantity) IN (${tuples})`
}

/** As long as a visitor's cookie lasts. */
const keptDays = 180

/** Deletes baskets that were left behind, at most a thousand at a time; returns how many. */
export async function forgetOldBaskets(sql: Sql): Promise<number> {
  const { affectedRows } = await sql.run(
    `DELETE FROM basket WHERE changed_at < UTC_TIMESTAMP(3) - INTERVAL ${keptDays} DAY LIMIT 1000`,
  )
  return affectedRows
}
