// A database server of a test's own, durable as the café's is, to be killed, stopped and started again on the same port.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedIfEmpty } from '../../prisma/seed/seed.js'
import { openDatabase, type Database } from '../../src/database/database.js'
import { migrate } from '../../src/database/migrations.js'
import { findMysqld } from '../../src/mysql-server/find.js'
import { startMysqlServer, type MysqlServer } from '../../src/mysql-server/start.js'
import { migrationsFolder } from '../../src/paths.js'

export interface OwnServer {
  db: Database
  /** The server as it runs now. */
  server(): MysqlServer
  /** SIGKILL, and waits until the process is gone. */
  kill(): Promise<void>
  /** Starts the server again, on the same data and the same port. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Migrated and seeded; `db` is a pool of 32 connections to it. */
export async function ownServer(): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cafe-own-server-'))
  const binary = await findMysqld({
    override: process.env.CAFE_MYSQLD || undefined,
    dataDir: '.data',
  })
  if (!binary) throw new Error('No MySQL or MariaDB server found; `npm test` installs one')
  let server = await startMysqlServer({ binary, dataDir })
  const { host, port, user, password } = server
  const db = openDatabase({
    address: { host, port, database: 'cafe_db' },
    user,
    credentials: () => Promise.resolve({ password }),
    poolSize: 32,
  })
  await migrate(db, migrationsFolder)
  await seedIfEmpty(db)
  return {
    db,
    server: () => server,
    async kill() {
      server.kill()
      await server.exited
    },
    async restart() {
      server = await startMysqlServer({ binary, dataDir, port })
    },
    async close() {
      await db.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
