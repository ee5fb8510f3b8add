import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { expect, onTestFinished, test } from 'vitest'
import { findMysqld } from '../../src/mysql-server/find.js'
import { homeOf, writeJson } from '../../src/mysql-server/home.js'
import { identify } from '../../src/mysql-server/processes.js'
import { findRunningServer } from '../../src/mysql-server/running.js'
import { type MysqlServer, startMysqlServer } from '../../src/mysql-server/start.js'
import type { MysqldBinary } from '../../src/mysql-server/version.js'

test('what is written survives a stop, a kill -9 and a lost password file', async () => {
  const dataDir = await makeDataDir()
  const first = await start(dataDir)
  await query(first, 'CREATE TABLE cup (name VARCHAR(20))')
  await query(first, "INSERT INTO cup VALUES ('before the stop')")
  await first.stop()

  const second = await start(dataDir)
  await query(second, "INSERT INTO cup VALUES ('before the kill')")
  second.kill()
  expect((await second.exited).signal).toBe('SIGKILL')
  await rm(homeOf(dataDir).accounts)

  const third = await start(dataDir)
  expect(third.password).not.toBe(second.password)
  expect(await query(third, 'SELECT name FROM cup ORDER BY name')).toEqual([
    { name: 'before the kill' },
    { name: 'before the stop' },
  ])
})

test('the café’s account may do everything in its database and nothing elsewhere', async () => {
  const server = await start(await makeDataDir())
  await query(server, 'CREATE TABLE cup (id INT)')
  await query(server, 'CREATE VIEW big_cup AS SELECT id FROM cup WHERE id > 10')
  await expect(query(server, 'CREATE DATABASE other')).rejects.toThrow(/denied/)
  await expect(query(server, 'SELECT * FROM mysql.user')).rejects.toThrow(/denied/)
})

test('root answers on the socket alone, and every secret is readable by us alone', async () => {
  const dataDir = await makeDataDir()
  const { host, port, socketPath, rootPassword } = await start(dataDir)
  const root = { user: 'root', password: rootPassword }
  await expect(createConnection({ ...root, host, port })).rejects.toThrow(/denied|not allowed/)
  await expect(createConnection({ user: 'root', socketPath })).rejects.toThrow(/denied/)
  await (await createConnection({ ...root, socketPath })).end()
  const home = homeOf(dataDir)
  for (const path of [home.accounts, home.state])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(home.data)).mode & 0o077).toBe(0)
  expect(await readdir(home.root)).not.toContain('accounts.sql')
  expect(await readFile(home.log, 'utf8')).not.toContain(rootPassword)
})

test('commits are synced and logged by row, in UTC and utf8mb4', async () => {
  const server = await start(await makeDataDir())
  const [row] = await query(
    server,
    `SELECT @@innodb_flush_log_at_trx_commit AS flushed, @@sync_binlog AS synced, @@log_bin AS logged,
       @@binlog_format AS format, @@binlog_row_image AS image, @@time_zone AS zone,
       @@character_set_server AS charset, @@collation_database AS collation`,
  )
  expect(row).toEqual({
    ...{ flushed: 1, synced: 1, logged: 1, format: 'ROW', image: 'FULL', zone: '+00:00' },
    ...{ charset: 'utf8mb4', collation: 'utf8mb4_unicode_ci' },
  })
})

test('a second server on the same data is refused while the first one runs', async () => {
  const dataDir = await makeDataDir()
  const server = await start(dataDir)
  await expect(start(dataDir)).rejects.toThrow(`process ${process.pid}`)
  expect(await findRunningServer(dataDir)).toMatchObject({ pid: server.pid, port: server.port })
  await server.stop()
  expect(await findRunningServer(dataDir)).toBeUndefined()
})

test('a lock and a state file left behind harm nobody, even when their numbers were given to others', async () => {
  const dataDir = await makeDataDir()
  await (await start(dataDir)).stop()
  const home = homeOf(dataDir)
  const stranger = { pid: process.ppid, startedAt: 'long ago' }
  await writeJson(home.lock, stranger)
  await writeJson(home.state, { ...stranger, port: 1, socketPath: join(home.root, 'server.sock') })
  await start(dataDir)
  expect(await identify(process.ppid)).toBeDefined()
})

test('a data directory with a very long name gets a short socket, and it is cleaned up', async () => {
  const dataDir = join(await makeDataDir(), 'a-long-name-'.repeat(9))
  await mkdir(dataDir)
  const server = await start(dataDir)
  expect(server.socketPath.length).toBeLessThan(100)
  expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
  await expect(stat(join(server.socketPath, '..'))).rejects.toThrow('ENOENT')
})

test('an old server program is refused before it touches anything', async () => {
  const dataDir = await makeDataDir()
  const path = join(dataDir, 'mysqld')
  await writeFile(path, '#!/bin/sh\necho "mysqld  Ver 5.7.44 for Linux on x86_64"\n', {
    mode: 0o755,
  })
  const old = await findMysqld({ override: path, dataDir })
  expect(old).toEqual({ path, family: 'mysql', version: '5.7.44' })
  await expect(startMysqlServer({ binary: old!, dataDir })).rejects.toThrow('needs MySQL 8.0.16')
  expect(await readdir(dataDir)).toEqual(['mysqld'])
})

test('data of the other family is refused, and not touched', async () => {
  const dataDir = await makeDataDir()
  const server = await start(dataDir)
  await server.stop()
  const other = server.family === 'mysql' ? 'mariadb' : 'mysql'
  await writeJson(homeOf(dataDir).madeBy, { family: other, version: '1.2.3' })
  await expect(start(dataDir)).rejects.toThrow(`was made by ${other} 1.2.3`)
})

test('a server that cannot start says in its own words why', async () => {
  const dataDir = await makeDataDir()
  const binary = await realBinary()
  const settings = { 'no-such-setting': 1 }
  await expect(startMysqlServer({ binary, dataDir, settings })).rejects.toThrow(/no-such-setting/)
  await start(dataDir) // and nothing of the failed start stands in the way
})

async function start(dataDir: string): Promise<MysqlServer> {
  const server = await startMysqlServer({ binary: await realBinary(), dataDir })
  onTestFinished(async () => {
    server.kill()
    await server.exited
  })
  return server
}

async function realBinary(): Promise<MysqldBinary> {
  const override = process.env.CAFE_MYSQLD || undefined
  const binary = await findMysqld({ override, dataDir: '.data' })
  if (!binary) throw new Error('No MySQL or MariaDB server found; `npm test` installs one')
  return binary
}

async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cafe-server-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  return dataDir
}

async function query({ host, port, user, password }: MysqlServer, sql: string): Promise<unknown[]> {
  const connection = await createConnection({ host, port, user, password, database: 'cafe_db' })
  try {
    return (await connection.query(sql))[0] as unknown[]
  } finally {
    connection.destroy()
  }
}
