// Prisma's ledger, _prisma_migrations, written exactly as `prisma migrate deploy` writes it, so that either can go on
// where the other stopped. https://github.com/prisma/prisma-engines: schema-engine, migration_persistence
import { randomUUID } from 'node:crypto'
import type { MigrationConnection } from './connection.js'

export interface LedgerRow {
  id: string
  checksum: string
  name: string
  startedAt: Date
  finishedAt: Date | null
  rolledBackAt: Date | null
  logs: string | null
  steps: number
}

const createTable = `CREATE TABLE _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             DATETIME(3),
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          DATETIME(3),
    started_at              DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count     INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`

/** TEXT holds 65,535 bytes; UTF-8 takes up to four for a character. */
const logsMaxCharacters = 16_000

/** Every row, oldest first; undefined while there is no ledger. */
export async function readLedger(
  connection: MigrationConnection,
): Promise<LedgerRow[] | undefined> {
  const tables = await connection.query(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '_prisma_migrations'",
  )
  if (tables.length === 0) return undefined
  return connection.query<LedgerRow>(
    `SELECT id, checksum, migration_name AS name, started_at AS startedAt, finished_at AS finishedAt,
            rolled_back_at AS rolledBackAt, logs, applied_steps_count AS steps
       FROM _prisma_migrations ORDER BY started_at, migration_name`,
  )
}

export async function createLedger(connection: MigrationConnection): Promise<void> {
  await connection.query(createTable)
}

/** Written before the first statement runs: a row without an end is what a crash leaves. Returns the row's id. */
export async function recordStart(
  connection: MigrationConnection,
  name: string,
  sum: string,
): Promise<string> {
  const id = randomUUID()
  await connection.query(
    'INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name) VALUES (?, ?, UTC_TIMESTAMP(3), ?)',
    [id, sum, name],
  )
  return id
}

export async function recordSuccess(connection: MigrationConnection, id: string): Promise<void> {
  await connection.query(
    'UPDATE _prisma_migrations SET finished_at = UTC_TIMESTAMP(3), applied_steps_count = applied_steps_count + 1 WHERE id = ?',
    [id],
  )
}

export async function recordFailure(
  connection: MigrationConnection,
  id: string,
  logs: string,
): Promise<void> {
  await connection.query('UPDATE _prisma_migrations SET logs = ? WHERE id = ?', [
    logs.slice(0, logsMaxCharacters),
    id,
  ])
}

/** Marks every unfinished attempt at `name` as undone by hand. */
export async function recordRolledBack(
  connection: MigrationConnection,
  name: string,
): Promise<void> {
  await connection.query(
    `UPDATE _prisma_migrations SET rolled_back_at = UTC_TIMESTAMP(3)
      WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL`,
    [name],
  )
}

/** Marks `name` as finished by hand: a row of its own, with no step counted, as Prisma does. */
export async function recordApplied(
  connection: MigrationConnection,
  name: string,
  sum: string,
): Promise<void> {
  await recordRolledBack(connection, name)
  await connection.query(
    `INSERT INTO _prisma_migrations (id, checksum, started_at, finished_at, migration_name)
     VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ?)`,
    [randomUUID(), sum, name],
  )
}
