// The migrations as they stand in the folder: <timestamp>_<name>/migration.sql, in the order of their names.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExpectedError } from '../../errors.js'

export interface MigrationFile {
  name: string
  path: string
  sql: string
}

/** Reads all of them. Throws ExpectedError when the folder, or a migration's SQL, is not there. */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new ExpectedError('invalid', `The migrations folder ${folder} cannot be read`, { cause })
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map((name) => readMigration(folder, name)))
}

async function readMigration(folder: string, name: string): Promise<MigrationFile> {
  const path = join(folder, name, 'migration.sql')
  const sql = await readFile(path, 'utf8').catch((cause: unknown) => {
    const hint = `Write ${path}, or remove the folder ${join(folder, name)}`
    throw new ExpectedError('invalid', `The migration ${name} has no migration.sql`, {
      cause,
      hint,
    })
  })
  return { name, path, sql }
}

/** SHA-256 of the file in hexadecimal, as Prisma writes it into its ledger. */
export function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

/** Line ends do not make an edit: git may check the same file out with others. Prisma compares the same way. */
export function hasChecksum(sql: string, expected: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n')
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksum(text) === expected)
}
