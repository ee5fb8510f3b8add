// Applies the migrations of a folder and keeps Prisma's ledger. Ours because the Prisma CLI downloads an engine first and
// cannot log in with a token per connection.
import type { Database } from './database.js'
import { ExpectedError } from '../errors.js'
import { compare, problemOf, type MigrationEntry } from './migrations/compare.js'
import { FailedStatement, MigrationConnection } from './migrations/connection.js'
import { checksum, readMigrationFiles, type MigrationFile } from './migrations/files.js'
import {
  createLedger,
  readLedger,
  recordApplied,
  recordFailure,
  recordRolledBack,
  recordStart,
  recordSuccess,
} from './migrations/ledger.js'

export interface MigrationStatus {
  isUpToDate: boolean
  /** What stands in the way of applying, and the way out; null when nothing does. */
  problem: { message: string; hint: string } | null
  migrations: MigrationEntry[]
}

/** Compares folder and ledger. Changes nothing and waits for nobody. */
export async function migrationStatus(db: Database, folder: string): Promise<MigrationStatus> {
  const files = await readMigrationFiles(folder)
  return MigrationConnection.use(db, async (connection) => {
    // The lock first: a migration that ends between the two questions is then shown as done, never as failed.
    const isMigrating = await connection.isLocked()
    const migrations = compare(files, (await readLedger(connection)) ?? [], isMigrating)
    const problem = problemOf(migrations)
    return {
      isUpToDate: migrations.every(({ state }) => state === 'applied'),
      problem: problem ?? null,
      migrations,
    }
  })
}

/**
 * Applies what is pending, in order. Of two processes at once, one applies and the other waits and finds nothing to do.
 * An edited, half-applied, missing or out-of-order migration is refused with ExpectedError whose hint is the way out.
 */
export async function migrate(db: Database, folder: string): Promise<{ applied: string[] }> {
  const files = await readMigrationFiles(folder)
  return MigrationConnection.use(db, async (connection) => {
    const before = compare(files, (await readLedger(connection)) ?? [], false)
    if (before.every(({ state }) => state === 'applied')) return { applied: [] }

    await connection.lock()
    // Read again: what looked half-applied may have been another process at work, which has finished by now.
    const ledger = await readLedger(connection)
    const entries = compare(files, ledger ?? [], false)
    const problem = problemOf(entries)
    if (problem) throw new ExpectedError('refused', problem.message, { hint: problem.hint })
    if (ledger === undefined) await createLedger(connection)
    const pending = files.filter(({ name }) =>
      entries.some((each) => each.name === name && each.state === 'pending'),
    )
    for (const file of pending) await apply(connection, file)
    return { applied: pending.map(({ name }) => name) }
  })
}

/**
 * Records what somebody did by hand after a failure, as `prisma migrate resolve` does. 'rolled-back': its effects were
 * undone, it will be applied again. 'applied': it was finished by hand, it will not be. Runs none of its statements.
 */
export async function resolveMigration(
  db: Database,
  folder: string,
  name: string,
  outcome: 'rolled-back' | 'applied',
): Promise<void> {
  const files = await readMigrationFiles(folder)
  await MigrationConnection.use(db, async (connection) => {
    await connection.lock()
    const ledger = await readLedger(connection)
    const attempts = (ledger ?? []).filter((row) => row.name === name && row.rolledBackAt === null)
    if (attempts.some((row) => row.finishedAt !== null)) {
      throw new ExpectedError('conflict', `${name} has been applied; there is nothing to resolve`)
    }
    if (outcome === 'rolled-back') {
      if (attempts.length === 0)
        throw new ExpectedError('not-found', `${name} has not failed; there is nothing to resolve`)
      return recordRolledBack(connection, name)
    }
    const file = files.find((each) => each.name === name)
    if (!file) throw new ExpectedError('not-found', `There is no migration ${name} in ${folder}`)
    if (ledger === undefined) await createLedger(connection)
    await recordApplied(connection, name, checksum(file.sql))
  })
}

async function apply(connection: MigrationConnection, file: MigrationFile): Promise<void> {
  const id = await recordStart(connection, file.name, checksum(file.sql))
  try {
    await connection.run(file)
  } catch (error) {
    if (!(error instanceof FailedStatement)) throw error
    // If the connection is what failed, the row stays without an end, which says the same.
    await recordFailure(connection, id, error.message).catch(() => {})
    throw new ExpectedError('refused', `Migration ${file.name} failed: ${error.message}`, {
      cause: error.cause,
      hint: `${error.done} of its statements are done; MySQL does not take them back. Undo them, correct the file, then: npm run migrate -- resolve --rolled-back ${file.name}`,
    })
  }
  await recordSuccess(connection, id)
}
