// Prisma over our adapter: transactions, and the errors that Prisma's documentation promises, caused on a real server.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { isCheckViolation, isDeadlock, isDuplicateKey } from '../../src/database/errors.js'
import { Prisma, type PrismaClient } from '../../src/database/generated/client.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

let fresh: FreshDatabase
let prisma: PrismaClient

beforeAll(async () => {
  fresh = await freshDatabase()
  prisma = fresh.db.prisma
  await prisma.productGroup.create({ data: { number: 1, name: 'Coffee' } })
})
afterAll(() => fresh.close())
beforeEach(async () => {
  await prisma.basket.deleteMany()
  await prisma.product.deleteMany()
  await prisma.allergen.deleteMany()
})

const gluten = { code: 'gluten', name: 'Gluten', position: 1 }
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error as Prisma.PrismaClientKnownRequestError,
  )
const causeOf = (error: Prisma.PrismaClientKnownRequestError) =>
  (error.meta as { driverAdapterError: { cause: { constraint?: unknown; originalCode?: string } } })
    .driverAdapterError.cause

test('typed models keep their values: decimals, dates, enums, booleans, big ids, NULL', async () => {
  const product = await prisma.product.create({
    data: { name: 'Döner-Croissant 🥐', price: '99999999.99', diet: 'vegan', isSoldOut: true },
  })
  expect(product).toMatchObject({ diet: 'vegan', isSoldOut: true, groupNumber: 1 })
  expect(product.price.toFixed(2)).toBe('99999999.99')
  const found = await prisma.product.findMany({
    where: { price: '99999999.99', diet: 'vegan', name: { contains: '🥐' } },
  })
  expect(found).toEqual([product])

  const changedAt = new Date('2026-11-23T10:42:00.123Z')
  const visitorId = 'v'.repeat(22)
  const id = 18446744073709551614n
  await prisma.basket.create({
    data: {
      visitorId,
      changedAt,
      lines: { create: { id, productId: product.id, quantity: 2, seenPrice: '1.10' } },
    },
  })
  const basket = await prisma.basket.findFirstOrThrow({
    where: { changedAt: { equals: changedAt } },
    include: { lines: true },
  })
  expect(basket).toMatchObject({
    visitorId,
    changedAt,
    lines: [{ id, quantity: 2, selection: '' }],
  })
  const order = await prisma.order.create({ data: { receiptId: 'r'.repeat(22) } })
  expect(order).toMatchObject({
    formKey: null,
    pickupAt: null,
    status: 'new',
    amount: new Prisma.Decimal(0),
  })
  expect(Math.abs(order.placedAt.getTime() - Date.now())).toBeLessThan(10_000)
  await prisma.order.delete({ where: { number: order.number } })
})

test('an id above 2^53 given by AUTO_INCREMENT comes back exactly', async () => {
  const product = await prisma.product.create({ data: { name: 'Latte' } })
  const visitorId = 'w'.repeat(22)
  await prisma.basket.create({ data: { visitorId } })
  await fresh.db.run('ALTER TABLE basket_line AUTO_INCREMENT = 9007199254740993')
  const line = await prisma.basketLine.create({
    data: { visitorId, productId: product.id, quantity: 1, seenPrice: 1 },
  })
  expect(line.id).toBe(9007199254740993n)
})

test('P2002 names the unique key and the model it belongs to', async () => {
  await prisma.allergen.create({ data: gluten })
  const error = await thrownBy(
    prisma.allergen.create({ data: { ...gluten, code: 'other', position: 2 } }),
  )
  expect(error).toMatchObject({ code: 'P2002', meta: { modelName: 'Allergen' } })
  expect(error.message).toContain('allergen_name_key')
  expect(causeOf(error)).toMatchObject({
    constraint: { index: 'allergen_name_key' },
    originalCode: '1062',
  })
  expect(isDuplicateKey(error)).toBe(true)
  expect(isDuplicateKey(error, 'allergen_name_key')).toBe(true)
  expect(isDuplicateKey(error, 'allergen_position_key')).toBe(false)
})

test('P2002 finds the key behind an entry that is made of quotes and dots', async () => {
  const name = "it's for key 'a.b'"
  await prisma.allergen.create({ data: { ...gluten, name } })
  const error = await thrownBy(prisma.allergen.create({ data: { code: 'x', name, position: 2 } }))
  expect(causeOf(error)).toMatchObject({ constraint: { index: 'allergen_name_key' } })
})

test('P2003 names the columns of the foreign key, whichever side is missing', async () => {
  const child = await thrownBy(prisma.product.create({ data: { name: 'Tea', groupNumber: 99 } }))
  expect(child.code).toBe('P2003')
  expect(causeOf(child)).toMatchObject({ constraint: { fields: ['product_group'] } })
  await prisma.product.create({ data: { name: 'Tea' } })
  const parent = await thrownBy(prisma.productGroup.delete({ where: { number: 1 } }))
  expect(parent.code).toBe('P2003')
})

test('P2011, P2000, P2020 and P2025: NULL, too long, out of range, not there', async () => {
  const { id } = await prisma.product.create({ data: { name: 'Tea' } })
  const update = (data: Record<string, unknown>) =>
    thrownBy(prisma.product.update({ where: { id }, data }))
  expect(await update({ name: 'x'.repeat(41) })).toMatchObject({
    code: 'P2000',
    message: expect.stringContaining('product_name') as string,
  })
  expect(await update({ price: '100000000.00' })).toMatchObject({ code: 'P2020' })
  expect(
    await thrownBy(prisma.product.update({ where: { id: -1 }, data: { name: 'y' } })),
  ).toMatchObject({ code: 'P2025' })
  // Prisma itself refuses a NULL where the schema has none, so the column is made stricter than the schema says.
  await fresh.db.run('ALTER TABLE `order` MODIFY visitor_id CHAR(22) NOT NULL')
  const missing = await thrownBy(
    prisma.order.create({ data: { receiptId: 's'.repeat(22), visitorId: null } }),
  )
  expect(missing).toMatchObject({ code: 'P2011' })
  expect(causeOf(missing)).toMatchObject({ constraint: { fields: ['visitor_id'] } })
  await fresh.db.run('ALTER TABLE `order` MODIFY visitor_id CHAR(22) NULL')
})

test('P2021 and P2022: a table or column that is not there', async () => {
  await fresh.db.run('RENAME TABLE option_allergen TO elsewhere')
  expect(await thrownBy(prisma.optionAllergen.findMany())).toMatchObject({ code: 'P2021' })
  await fresh.db.run('RENAME TABLE elsewhere TO option_allergen')
  await fresh.db.run('ALTER TABLE option_allergen RENAME COLUMN is_trace TO was_trace')
  expect(await thrownBy(prisma.optionAllergen.findMany())).toMatchObject({ code: 'P2022' })
  await fresh.db.run('ALTER TABLE option_allergen RENAME COLUMN was_trace TO is_trace')
})

test('P2010: a raw query carries the code and the words of the server', async () => {
  const error = await thrownBy(prisma.$queryRaw`SELECT * FROM nowhere`)
  expect(error).toMatchObject({
    code: 'P2010',
    message: expect.stringMatching(/1146.*nowhere/s) as string,
  })
  const duplicate = await thrownBy(
    prisma.$executeRaw`INSERT INTO product_group VALUES (1, 'again')`,
  )
  expect(duplicate.code).toBe('P2010')
  expect(isDuplicateKey(duplicate, 'PRIMARY')).toBe(true)
})

test('a CHECK constraint is found by name, through Prisma and through SQL', async () => {
  const viaPrisma = await thrownBy(prisma.product.create({ data: { name: 'Free', price: -1 } }))
  expect(isCheckViolation(viaPrisma, 'product_price_check')).toBe(true)
  const viaSql = await fresh.db
    .run("INSERT INTO product (product_name, price) VALUES ('Free', -1)")
    .catch((e: unknown) => e)
  expect(isCheckViolation(viaSql, 'product_price_check')).toBe(true)
  expect(isCheckViolation(viaSql, 'product_prep_seconds_check')).toBe(false)
})

test('P2034: of two transactions that wait for each other one is told to try again', async () => {
  await prisma.allergen.createMany({ data: [gluten, { code: 'milk', name: 'Milk', position: 2 }] })
  let waiting: (() => void) | undefined
  const touch = (tx: Prisma.TransactionClient, code: string) =>
    tx.allergen.update({ where: { code }, data: { position: { increment: 10 } } })
  const outcomes = await Promise.allSettled([
    crossing('gluten', 'milk'),
    crossing('milk', 'gluten'),
  ])
  const failed = outcomes.filter((each) => each.status === 'rejected')
  expect(failed).toHaveLength(1)
  expect(failed[0]?.reason).toMatchObject({ code: 'P2034' })
  expect(isDeadlock(failed[0]?.reason)).toBe(true)

  async function crossing(first: string, second: string) {
    await prisma.$transaction(async (tx) => {
      await touch(tx, first)
      await bothHaveOne()
      await touch(tx, second)
    })
  }
  function bothHaveOne(): Promise<void> | void {
    if (waiting) return waiting()
    return new Promise((resolve) => (waiting = resolve))
  }
})

test('a batch is there as a whole, or not at all', async () => {
  await prisma.$transaction([
    prisma.allergen.create({ data: gluten }),
    prisma.allergen.updateMany({ data: { position: 7 } }),
  ])
  expect(await prisma.allergen.findMany()).toEqual([{ ...gluten, position: 7 }])
  const failing = prisma.$transaction([
    prisma.allergen.create({ data: { code: 'milk', name: 'Milk', position: 2 } }),
    prisma.allergen.create({ data: gluten }),
  ])
  expect(await thrownBy(failing)).toMatchObject({ code: 'P2002' })
  expect(await prisma.allergen.count()).toBe(1)
})

test('an interactive transaction is undone by an exception, and its connection goes back', async () => {
  const failing = prisma.$transaction(async (tx) => {
    await tx.allergen.create({ data: gluten })
    expect(await prisma.allergen.count()).toBe(0)
    throw new Error('the customer left')
  })
  await expect(failing).rejects.toThrow('the customer left')
  expect(await prisma.allergen.count()).toBe(0)
  expect(fresh.db.pool.stats().busy).toBe(0)
})

test('P2028: a transaction that takes too long is undone, and a statement sent afterwards is refused', async () => {
  const slow = prisma.$transaction(
    async (tx) => {
      await tx.allergen.create({ data: gluten })
      await tx.$queryRaw`SELECT SLEEP(0.3)`
      await tx.allergen.count()
    },
    { timeout: 100 },
  )
  expect(await thrownBy(slow)).toMatchObject({ code: 'P2028' })
  expect(await prisma.allergen.count()).toBe(0)
  expect(fresh.db.pool.stats().busy).toBe(0)
})

test.for(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'] as const)(
  'isolation level %s holds for its transaction and no longer',
  async (isolationLevel) => {
    const own = await freshDatabase({ migrated: false, open: { poolSize: 2 } })
    onTestFinished(() => own.close())
    const { db } = own
    await db.run('CREATE TABLE board (line INT)')
    const seen = await db.prisma.$transaction(
      async (tx) => {
        const count = () =>
          tx.$queryRaw<{ n: bigint }[]>`SELECT COUNT(*) AS n FROM board`.then(([row]) =>
            Number(row?.n),
          )
        const before = await count()
        // Serializable reads lock the rows, so there the other one has to wait, and gives up.
        const other = db.transaction(async (sql) => {
          await sql.run('SET innodb_lock_wait_timeout = 1')
          await sql.run('INSERT INTO board VALUES (1)')
        })
        const isBlocked = await other.then(
          () => false,
          (error: unknown) => isDeadlock(error),
        )
        return { before, after: await count(), isBlocked }
      },
      { isolationLevel },
    )
    const isRepeatable = isolationLevel === 'RepeatableRead' || isolationLevel === 'Serializable'
    expect(seen).toEqual({
      before: 0,
      after: isRepeatable ? 0 : 1,
      isBlocked: isolationLevel === 'Serializable',
    })
  },
)

test('an isolation level that MySQL does not have is refused', async () => {
  const level = 'Snapshot' as never
  await expect(
    prisma.$transaction((tx) => tx.allergen.count(), { isolationLevel: level }),
  ).rejects.toThrow(/Snapshot|SNAPSHOT|isolation/i)
  expect(fresh.db.pool.stats().busy).toBe(0)
})

test('a transaction inside a transaction is undone alone', async () => {
  // Prisma takes a savepoint; its types do not show the method on a transaction's client.
  type Nestable = Prisma.TransactionClient & Pick<PrismaClient, '$transaction'>
  await prisma.$transaction(async (tx) => {
    await tx.allergen.create({ data: gluten })
    const inner = (tx as Nestable).$transaction(async (nested) => {
      await nested.allergen.create({ data: { code: 'milk', name: 'Milk', position: 2 } })
      throw new Error('not this one')
    })
    await expect(inner).rejects.toThrow('not this one')
    await (tx as Nestable).$transaction((nested) =>
      nested.allergen.create({ data: { code: 'soy', name: 'Soy', position: 3 } }),
    )
  })
  expect(
    await prisma.allergen.findMany({ select: { code: true }, orderBy: { code: 'asc' } }),
  ).toEqual([{ code: 'gluten' }, { code: 'soy' }])
})

test('savepoints by hand work in SQL transactions', async () => {
  await fresh.db.transaction(async (tx) => {
    await tx.run("INSERT INTO allergen VALUES ('gluten', 'Gluten', 1)")
    await tx.run('SAVEPOINT before_milk')
    await tx.run("INSERT INTO allergen VALUES ('milk', 'Milk', 2)")
    await tx.run('ROLLBACK TO SAVEPOINT before_milk')
  })
  expect(await prisma.allergen.count()).toBe(1)
})
