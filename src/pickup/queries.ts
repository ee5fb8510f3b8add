import type { Database } from '../database/database.js'
import type { Sql } from '../database/sql.js'

export interface SlotLoad {
  startsAt: Date
  budgetSeconds: number
  reservedSeconds: number
}

/** What is promised in the slots from `from` to `to`; slots nobody ordered in have no row. */
export async function readSlotLoads(db: Database, from: Date, to: Date): Promise<SlotLoad[]> {
  return db.prisma.pickupSlot.findMany({
    where: { startsAt: { gte: from, lte: to } },
    orderBy: { startsAt: 'asc' },
  })
}

/** Creates a slot's row if there is none. */
export async function openSlot(sql: Sql, startsAt: Date, budgetSeconds: number): Promise<void> {
  await sql.run(
    'INSERT IGNORE INTO pickup_slot (starts_at, budget_seconds, reserved_seconds) VALUES (?, ?, 0)',
    [startsAt, budgetSeconds],
  )
}

/**
 * Takes work from a slot's budget if it has room: one conditional UPDATE, so that no number of buyers at once can take
 * more than there is. false: no room, or no row.
 */
export async function reserveWork(sql: Sql, startsAt: Date, workSeconds: number): Promise<boolean> {
  const { affectedRows } = await sql.run(reserveStatement, [workSeconds, startsAt, workSeconds])
  return affectedRows === 1
}

export const reserveStatement = `UPDATE pickup_slot SET reserved_seconds = reserved_seconds + ?
WHERE starts_at = ? AND reserved_seconds + ? <= budget_seconds`

/** Gives the work of a cancelled order back. */
export async function releaseWork(sql: Sql, startsAt: Date, workSeconds: number): Promise<void> {
  await sql.run(
    'UPDATE pickup_slot SET reserved_seconds = GREATEST(0, reserved_seconds - ?) WHERE starts_at = ?',
    [workSeconds, startsAt],
  )
}
