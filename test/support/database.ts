// A database of its own for each test file, on the server that the run started, gone when it is closed.
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import mysql from 'mysql2/promise'
import { inject } from 'vitest'
import { seedIfEmpty } from '../../prisma/seed/seed.js'
import { parseDatabaseUrl } from '../../src/database/address.js'
import { openDatabase, type Database, type DatabaseOptions } from '../../src/database/database.js'
import { migrate } from '../../src/database/migrations.js'

export const migrationsFolder = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

export interface FreshDatabase {
  url: string
  db: Database
  /** Closes `db` and drops the database. */
  close(): Promise<void>
}

/** Its character set is the café's; `migrated` (true unless said) makes the tables, `seeded` fills them as a first start does. */
export async function freshDatabase(
  options: { migrated?: boolean; seeded?: boolean; open?: Partial<DatabaseOptions> } = {},
): Promise<FreshDatabase> {
  const name = `cafe_test_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`)
  const url = databaseUrl(name)
  const db = openDatabase({ ...parseDatabaseUrl(url), ...options.open })
  const close = async () => {
    await db.close()
    await onServer(`DROP DATABASE IF EXISTS ${name}`)
  }
  try {
    if (options.migrated !== false) await migrate(db, migrationsFolder)
    if (options.seeded) await seedIfEmpty(db)
  } catch (error) {
    await close()
    throw error
  }
  return { url, db, close }
}

/** The run's server, with another database's name. */
export function databaseUrl(name: string): string {
  const { host, port, user, password } = inject('databaseServer')
  return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${name}`
}

/** One statement as the server's administrator, in no database. */
export async function onServer(statement: string): Promise<void> {
  const { host, port, user, password } = inject('databaseServer')
  const connection = await mysql.createConnection({ host, port, user, password })
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
