import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { makeDataDir, startCafe } from './cafe-process.js'

test('every mistake in the configuration is listed at once, by the name of its variable', async () => {
  const secret = 'short-secret'
  const cafe = startCafe(await makeDataDir(), {
    PORT: 'eighty',
    CAFE_TIME_ZONE: 'Mars/Olympus',
    CAFE_COOKIE_KEYS: secret,
    DATABASE_URL: 'postgres://elsewhere',
  })
  expect((await cafe.ends()).code).toBe(2)
  const { stderr } = cafe.output()
  for (const name of ['PORT', 'CAFE_TIME_ZONE', 'CAFE_COOKIE_KEYS', 'DATABASE_URL']) {
    expect(stderr).toContain(`\n  ${name} `)
  }
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(stderr).not.toContain(secret)
})

test('a taken port is named, with the command that takes another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const cafe = startCafe(await makeDataDir(), { PORT: String(port) })
  expect((await cafe.ends()).code).toBe(1)
  expect(cafe.output().stderr).toContain(`Port ${port} is taken`)
  expect(cafe.output().stderr).toContain(`PORT=${port + 1} npm start`)
})

test('a second café on the same data says who holds it and what to type', async () => {
  const first = startCafe(await makeDataDir())
  const url = await first.url()
  const second = startCafe(first.dataDir)
  expect((await second.ends()).code).toBe(1)
  expect(second.output().stderr).toContain(`process ${first.child.pid ?? 0}`)
  expect(second.output().stderr).toContain(`kill ${first.child.pid ?? 0}`)
  expect(second.output().stderr).toContain('CAFE_DATA_DIR=')
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

test('two cafés that start at once on new data: one opens, the other one says why not', async () => {
  const dataDir = await makeDataDir()
  const cafes = [startCafe(dataDir), startCafe(dataDir)]
  const outcomes = await Promise.all(
    cafes.map(async (cafe) =>
      cafe.url().then(
        () => 'open',
        () => cafe.output().stderr,
      ),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(1)
  expect(outcomes.find((outcome) => outcome !== 'open')).toContain('in use by another café')
})

test('a program that is no database server is refused by the name of its variable', async () => {
  const cafe = startCafe(await makeDataDir(), { CAFE_MYSQLD: process.execPath })
  expect((await cafe.ends()).code).toBe(1)
  expect(cafe.output().stderr).toContain(`CAFE_MYSQLD names ${process.execPath}`)
})
