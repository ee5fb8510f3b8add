// What is left behind after 100,000 statements: nothing on the server, nothing on the sockets, little in memory.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

let fresh: FreshDatabase
const poolSize = 8

beforeAll(async () => {
  fresh = await freshDatabase({ open: { poolSize } })
  await fresh.db.run("INSERT INTO product_group VALUES (1, 'Coffee')")
  await fresh.db.run("INSERT INTO product (product_name, price) VALUES ('Latte', 4.5)")
})
afterAll(() => fresh.close())

async function connectionsHere(): Promise<number> {
  const [row] = await fresh.db.rows<{ n: string }>(
    'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE()',
  )
  return Number(row?.n)
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return getHeapStatistics().used_heap_size
}

/** A bit of everything the café does; counts its statements. */
async function mixture(index: number): Promise<number> {
  const { db } = fresh
  switch (index % 4) {
    case 0:
      await db.prisma.product.findMany({
        where: { price: { lt: 100 + index } },
        include: { group: true },
      })
      return 2
    case 1:
      await db.transaction(async (tx) => {
        await tx.rows('SELECT id, product_name, price FROM product WHERE id = ?', [index])
        await tx.run('UPDATE product SET description = ? WHERE id = -1', [`${index}`])
      })
      return 4
    case 2:
      await db.run("INSERT INTO product_group VALUES (1, 'again')").catch(() => {})
      return 1
    default:
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          db.rows(`SELECT ${n} AS a, price FROM product WHERE id = ?`, [index]),
        ),
      )
      return 20
  }
}

async function runStatements(count: number): Promise<void> {
  let sent = 0
  let index = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (sent < count) {
        const statements = await mixture((index += 1))
        sent += statements
      }
    }),
  )
}

test('100,000 statements leave nothing behind', { timeout: 120_000 }, async () => {
  await runStatements(5_000)
  const before = heapBytes()
  await runStatements(100_000)
  expect(heapBytes() - before).toBeLessThan(8 * 1024 * 1024)

  const counts = { total: poolSize, opened: poolSize, evicted: 0, waiting: 0 }
  expect(fresh.db.pool.stats()).toMatchObject({ ...counts, idle: poolSize, busy: 0 })
  expect(await connectionsHere()).toBe(poolSize)

  const connections = Array.from({ length: poolSize }, () => fresh.db.pool.take())
  for (const connection of connections) {
    // None was ever prepared on this session, so none is left, and no proxy has pinned it.
    expect(await connection?.rows("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'")).toMatchObject([
      { Value: '0' },
    ])
    expect(connection?.raw.listenerCount('error')).toBe(1)
    expect(connection?.raw.listenerCount('end')).toBe(1)
    if (connection) fresh.db.pool.release(connection)
  }
})
