import { once } from 'node:events'
import { watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createConnection } from 'mysql2/promise'
import { expect, test } from 'vitest'
import { findMysqld } from '../../src/mysql-server/find.js'
import { identify } from '../../src/mysql-server/processes.js'
import { startMysqlServer } from '../../src/mysql-server/start.js'
import { eventually } from '../support/cafe.js'
import { makeDataDir, serverOf, startCafe } from './cafe-process.js'

const isReady = (url: string) => async () => (await fetch(`${url}/readyz`)).status === 200

test('after kill -9 of the café the next start finds its data, and one server runs on it', async () => {
  const killed = startCafe(await makeDataDir())
  await killed.url()
  const orphan = await serverOf(killed.dataDir)
  const connection = await createConnection({ ...pick(orphan), multipleStatements: false })
  await connection.query(
    "UPDATE product SET description = 'Written before the end' WHERE product_name = 'Latte'",
  )
  await connection.end()
  killed.child.kill('SIGKILL')
  await killed.ends()
  expect(await identify(orphan.pid)).toBeDefined()

  const next = startCafe(killed.dataDir)
  const url = await next.url()
  expect(next.output().stdout).toContain(`stopping its database server (process ${orphan.pid})`)
  expect(await (await fetch(url)).text()).toContain('Written before the end')
  expect(await identify(orphan.pid)).toBeUndefined()
  expect((await serverOf(killed.dataDir)).pid).not.toBe(orphan.pid)
})

test('killed while it makes its first database, the café starts from nothing next time', async () => {
  const dataDir = await makeDataDir()
  const changes = watch(dataDir)
  const killed = startCafe(dataDir)
  while (!(await readdir(dataDir)).some((name) => name.startsWith('mysql.new-')))
    await once(changes, 'change')
  changes.close()
  killed.child.kill('SIGKILL')
  await killed.ends()
  expect(await readdir(dataDir)).not.toContain('mysql')

  const next = startCafe(dataDir)
  expect((await fetch(await next.url())).status).toBe(200)
  expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([])
})

test('when the database dies the menu stays, and the database is started again', async () => {
  const cafe = startCafe(await makeDataDir())
  const url = await cafe.url()
  await fetch(url)
  const { pid } = await serverOf(cafe.dataDir)
  process.kill(pid, 'SIGKILL')
  expect((await fetch(url)).status).toBe(200)
  await cafe.says('database server is back')
  await eventually('the café is ready again', isReady(url))
  expect((await serverOf(cafe.dataDir)).pid).not.toBe(pid)
})

test('with the server of DATABASE_URL away the café opens, says so, and takes orders when it comes', async () => {
  const dataDir = await makeDataDir()
  const binary = await findMysqld({
    override: process.env.CAFE_MYSQLD || undefined,
    dataDir: '.data',
  })
  if (!binary) throw new Error('No server found')
  const before = await startMysqlServer({ binary, dataDir })
  await before.stop()

  const { user, password, port } = before
  const cafe = startCafe(await makeDataDir(), {
    DATABASE_URL: `mysql://${user}:${password}@127.0.0.1:${port}/cafe_db`,
  })
  const url = await cafe.url()
  expect(cafe.output().stdout).toContain('The database does not answer')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)

  const server = await startMysqlServer({ binary, dataDir, port })
  await cafe.says('the café takes orders')
  await eventually('the café is ready', isReady(url))
  await eventually('the menu is there', async () => (await fetch(url)).status === 200)
  expect(await (await fetch(url)).text()).toContain('Latte')
  cafe.child.kill('SIGTERM')
  expect((await cafe.ends()).code).toBe(0)
  await server.stop()
})

function pick({ socketPath, user, password, database }: Awaited<ReturnType<typeof serverOf>>) {
  return { socketPath, user, password, database }
}
