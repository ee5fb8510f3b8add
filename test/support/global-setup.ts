// One real database server for the whole run, on a free port and with its data in a temporary folder. Each test makes
// its own database on it (support/database.ts).
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'
import { findMysqld } from '../../src/mysql-server/find.js'
import { type MysqlServer, startMysqlServer } from '../../src/mysql-server/start.js'

/** The server of this run, with an account that may do anything. */
export interface DatabaseServer {
  host: string
  port: number
  user: string
  password: string
  family: 'mysql' | 'mariadb'
}

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

// Nothing in this server has to survive a power cut. The tests that kill a server start their own, durable one.
const fasterThanDurable = { 'innodb-flush-log-at-trx-commit': 2, 'sync-binlog': 0 }

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // CAFE_TEST_SERVER=mysql://root@127.0.0.1:13306 uses a server that runs already: quicker while writing a test.
  const { CAFE_TEST_SERVER: running, CAFE_MYSQLD: override } = process.env
  if (running) {
    project.provide('databaseServer', await describeRunning(new URL(running)))
    return () => Promise.resolve()
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'cafe-test-'))
  const binary = await findMysqld({ override: override || undefined, dataDir: '.data' })
  if (!binary) throw new Error('No MySQL or MariaDB server found; `npm test` installs one')
  const server = await startMysqlServer({ binary, dataDir, settings: fasterThanDurable })
  project.provide('databaseServer', await makeTester(server))
  return async () => {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function describeRunning(url: URL): Promise<DatabaseServer> {
  const account = {
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  const connection = await createConnection(account)
  const [rows] = await connection.query('SELECT VERSION() AS version')
  await connection.end()
  const isMariadb = /mariadb/i.test(JSON.stringify(rows))
  return { ...account, family: isMariadb ? 'mariadb' : 'mysql' }
}

// root answers on the socket only, and tests go through TCP, as a café on another machine does.
async function makeTester(server: MysqlServer): Promise<DatabaseServer> {
  const { socketPath, host, port, password, family } = server
  const root = await createConnection({ socketPath, user: 'root', password: server.rootPassword })
  await root.query('CREATE USER tester@127.0.0.1 IDENTIFIED BY ?', [password])
  await root.query('GRANT ALL PRIVILEGES ON *.* TO tester@127.0.0.1 WITH GRANT OPTION')
  await root.end()
  return { host, port, user: 'tester', password, family }
}
