// Holds the folder against the ledger: what has been applied, what is to be, and what stands in the way.
import { hasChecksum, type MigrationFile } from './files.js'
import type { LedgerRow } from './ledger.js'

export type MigrationState =
  | 'applied'
  | 'pending'
  | 'running' // begun, not ended, and somebody holds the lock
  | 'failed' // begun and not ended: half-applied
  | 'edited' // applied, and the file has another checksum now
  | 'missing' // applied, and the file is gone
  | 'out-of-order' // not applied, and a later one is

export interface MigrationEntry {
  name: string
  state: MigrationState
  finishedAt: Date | null
  /** What the server said when it failed. */
  logs: string | null
}

/** Every migration of the folder or the ledger once, in the order of names. Attempts marked rolled back do not count. */
export function compare(
  files: MigrationFile[],
  ledger: LedgerRow[],
  isMigrating: boolean,
): MigrationEntry[] {
  const rows = new Map(
    ledger.filter((row) => row.rolledBackAt === null).map((row) => [row.name, row]),
  )
  const sql = new Map(files.map((file) => [file.name, file.sql]))
  const lastBegun = [...rows.keys()].sort().at(-1) ?? ''
  return [...new Set([...sql.keys(), ...rows.keys()])].sort().map((name) => {
    const row = rows.get(name)
    const state = row
      ? begun(row, sql.get(name), isMigrating)
      : name < lastBegun
        ? 'out-of-order'
        : 'pending'
    return { name, state, finishedAt: row?.finishedAt ?? null, logs: row?.logs ?? null }
  })
}

/** The first thing that must be put right before anything is applied, with the command or edit that does it. */
export function problemOf(
  entries: MigrationEntry[],
): { message: string; hint: string } | undefined {
  for (const { name, state, logs } of entries) {
    if (state === 'failed') {
      return {
        message: `Migration ${name} was begun and did not finish${logs ? `: ${logs}` : ''}`,
        hint: `Undo what it did, then: npm run migrate -- resolve --rolled-back ${name} (or finish it by hand, then: npm run migrate -- resolve --applied ${name})`,
      }
    }
    if (state === 'edited') {
      return {
        message: `Migration ${name} was edited after it had been applied`,
        hint: `Put the file back (git checkout -- prisma/migrations/${name}) and write the change as a new migration`,
      }
    }
    if (state === 'missing') {
      return {
        message: `Migration ${name} was applied to this database, but its file is gone`,
        hint: `Bring back prisma/migrations/${name}, or run the version of the café that has it`,
      }
    }
    if (state === 'out-of-order') {
      return {
        message: `Migration ${name} has not been applied, but a later one has`,
        hint: `Rename its folder to a timestamp after the last applied one (see: npm run migrate -- status)`,
      }
    }
  }
  return undefined
}

function begun(row: LedgerRow, sql: string | undefined, isMigrating: boolean): MigrationState {
  if (row.finishedAt === null) return isMigrating ? 'running' : 'failed'
  if (sql === undefined) return 'missing'
  return hasChecksum(sql, row.checksum) ? 'applied' : 'edited'
}
