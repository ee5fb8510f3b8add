// A whole café on a real database: the real app on a free port.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import type { Database } from '../../src/database/database.js'
import { expressClasses } from '../../src/start/express-classes.js'
import { createLogger } from '../../src/web/logger.js'
import { Customer } from './customer.js'
import { freshDatabase } from './database.js'

export { Customer, encode, orderFields, textOf, type Fields, type Page } from './customer.js'

export interface TestCafe {
  url: string
  db: Database
  server: Server
  dataDir: string
  /** A browser that has never been here. */
  customer(): Customer
  close(): Promise<void>
}

/** Open around the clock unless the environment given says otherwise. `database` is closed by whoever opened it. */
export async function openCafe(
  environment: Record<string, string> = {},
  { db }: { db?: Database } = {},
): Promise<TestCafe> {
  const own = db ? undefined : await freshDatabase({ migrated: true, seeded: true })
  const database = db ?? own?.db
  if (!database) throw new Error('A café needs a database')
  const dataDir = await mkdtemp(join(tmpdir(), 'cafe-app-'))
  const config = readConfig({
    CAFE_HOURS: 'Mon-Sun 00:00-24:00',
    CAFE_TIME_ZONE: 'Europe/Vienna',
    CAFE_DATA_DIR: dataDir,
    CAFE_POSTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'silent',
    ...environment,
  })
  const stopping = new AbortController()
  const cookieKeys = ['a-key-for-tests-of-32-characters!']
  const app = createApp({
    config,
    db: database,
    logger: createLogger(config, process.stderr),
    cookieKeys,
    stopping: stopping.signal,
  })
  const server = createServer(expressClasses(app), app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await eventually('the menu is up', async () => (await fetch(url)).status === 200)
  return {
    url,
    db: database,
    server,
    dataDir: config.CAFE_DATA_DIR,
    customer: () => new Customer(url),
    async close() {
      stopping.abort()
      server.closeAllConnections()
      server.close()
      await own?.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Waits until `is` answers yes, looking every 50 ms; fails after `patienceMs` with what it waited for. */
export async function eventually(
  what: string,
  is: () => Promise<boolean>,
  patienceMs = 10_000,
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  while (!(await is())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${patienceMs} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
