// The café's database as the rest of the café uses it: SQL, transactions and Prisma over one pool.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.close())

test('a product written in SQL is read back by Prisma, and the other way round', async () => {
  const { db } = fresh
  await db.run("INSERT INTO product_group VALUES (1, 'Coffee ☕'), (2, 'Cakes')")
  const { insertId } = await db.run(
    'INSERT INTO product (product_name, price, product_group) VALUES (?, ?, ?)',
    ["Barista's choice", '4.50', 1],
  )
  const read = await db.prisma.product.findUniqueOrThrow({
    where: { id: insertId },
    include: { group: true },
  })
  expect(read).toMatchObject({
    name: "Barista's choice",
    diet: 'none',
    isSoldOut: false,
    group: { name: 'Coffee ☕' },
  })
  expect(read.price.toString()).toBe('4.5')

  const written = await db.prisma.product.create({
    data: { name: 'Mohnkuchen', price: '3.90', groupNumber: 2, isSoldOut: true },
  })
  const rows = await db.rows('SELECT product_name, price, is_sold_out FROM product WHERE id = ?', [
    written.id,
  ])
  expect(rows).toEqual([{ product_name: 'Mohnkuchen', price: '3.90', is_sold_out: 1 }])
})

test('a transaction is there as a whole, or not at all', async () => {
  const { db } = fresh
  const result = await db.transaction(async (tx) => {
    await tx.run("INSERT INTO product_group VALUES (11, 'Teas')")
    await tx.run("INSERT INTO product_group VALUES (12, 'Juices')")
    return 'done'
  })
  expect(result).toBe('done')
  const failing = db.transaction(async (tx) => {
    await tx.run("INSERT INTO product_group VALUES (13, 'Soups')")
    await tx.run("INSERT INTO product_group VALUES (11, 'Teas again')")
  })
  await expect(failing).rejects.toMatchObject({ errno: 1062 })
  const rows = await db.rows(
    'SELECT product_group_number AS number FROM product_group WHERE product_group_number > 10 ORDER BY 1',
  )
  expect(rows).toEqual([{ number: 11 }, { number: 12 }])
})

test('a transaction cannot be used after its end', async () => {
  const { db } = fresh
  const kept = await db.transaction((tx) => Promise.resolve(tx))
  await expect(kept.rows('SELECT 1')).rejects.toThrow('This transaction has ended')
  await expect(kept.run('DO 1')).rejects.toThrow('This transaction has ended')
})

test('an error names who asked, and shows placeholders instead of what was typed', async () => {
  const { db } = fresh
  const error = await orderForMarlene().catch(
    (thrown: unknown) => thrown as Error & { sql: string },
  )
  expect((error as Error).stack).toContain('orderForMarlene')
  expect(JSON.stringify(Object.entries(error as object))).not.toContain('Marlene')

  async function orderForMarlene() {
    await db.run('INSERT INTO no_such_table (cup_name) VALUES (?)', ['Marlene'])
  }
})

test('quotes, backslashes, emoji and question marks in values stay values', async () => {
  const { db } = fresh
  const text = `'; DROP TABLE product; -- \\' \\ " ? 🥐 \u0000 \u001a %_`
  const [row] = await db.rows<{ text: string; mark: string }>("SELECT ? AS text, '?' AS mark", [
    text,
  ])
  expect(row).toEqual({ text, mark: '?' })
  const [viaPrisma] = await db.prisma.$queryRaw<unknown[]>`SELECT ${text} AS text, '?' AS mark`
  expect(viaPrisma).toEqual({ text, mark: '?' })
})
