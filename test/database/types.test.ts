// Every column type of MySQL, written and read through Prisma over our adapter, and compared with the bytes the server
// holds and with what the official adapter (another driver, prepared statements) makes of them.
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { PrismaClient } from '../../src/database/generated/client.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'

let fresh: FreshDatabase
let official: PrismaClient

beforeAll(async () => {
  fresh = await freshDatabase({ migrated: false })
  const { host, port, user, password } = inject('databaseServer')
  const database = new URL(fresh.url).pathname.slice(1)
  const adapter = new PrismaMariaDb({
    host,
    port,
    user,
    password,
    database,
    allowPublicKeyRetrieval: true,
  })
  official = new PrismaClient({ adapter })
})
afterAll(async () => {
  await official.$disconnect()
  await fresh.close()
})

const emoji = 'Grüße 👩🏽‍🍳 \\ \' " \u0000 \n'
const point = Buffer.from(
  '00000000' + '0101000000' + '000000000000f03f' + '0000000000000040',
  'hex',
)
const sixtyFiveDigits = '1234567890'.repeat(6) + '12345'
const json = { name: 'Flat white ☕', sizes: [1, 2.5, null, true], note: 'a "quoted" \\ one' }

interface Case {
  type: string
  /** Written as a parameter of $executeRaw. */
  write: unknown
  /** The same value as SQL, to ask the server whether it holds exactly that. */
  literal: string
  /** Read by $queryRaw; what was written unless given. */
  read?: unknown
  /** Read by $queryRaw over the official adapter, where it differs; see the reasons below. */
  official?: unknown
}

const date = (text: string) => new Date(text)
const cases: Case[] = [
  { type: 'TINYINT', write: -128, literal: '-128' },
  { type: 'TINYINT UNSIGNED', write: 255, literal: '255' },
  { type: 'BOOLEAN', write: true, literal: '1', read: 1 },
  { type: 'SMALLINT', write: -32768, literal: '-32768' },
  { type: 'SMALLINT UNSIGNED', write: 65535, literal: '65535' },
  { type: 'MEDIUMINT', write: -8388608, literal: '-8388608' },
  { type: 'MEDIUMINT UNSIGNED', write: 16777215, literal: '16777215' },
  { type: 'INT', write: -2147483648, literal: '-2147483648' },
  { type: 'INT UNSIGNED', write: 4294967295, literal: '4294967295', read: 4294967295n },
  { type: 'BIGINT', write: -9223372036854775808n, literal: '-9223372036854775808' },
  { type: 'BIGINT UNSIGNED', write: 18446744073709551615n, literal: '18446744073709551615' },
  { type: 'BIGINT /* just above 2^53 */', write: 9007199254740993n, literal: '9007199254740993' },
  { type: 'DECIMAL(10,2)', write: '12.50', literal: '12.50', read: '12.5' },
  { type: 'DECIMAL(65,0)', write: sixtyFiveDigits, literal: sixtyFiveDigits },
  {
    type: 'DECIMAL(65,30)',
    write: `-${sixtyFiveDigits.slice(0, 35)}.${sixtyFiveDigits.slice(35)}`,
    literal: `-${sixtyFiveDigits.slice(0, 35)}.${sixtyFiveDigits.slice(35)}`,
  },
  { type: 'FLOAT', write: 0.5, literal: '0.5' },
  // The text protocol shows a FLOAT with six digits; the binary protocol sends its four bytes.
  {
    type: 'FLOAT /* not a sum of halves */',
    write: 0.1,
    literal: 'CAST(0.1 AS FLOAT)',
    official: Math.fround(0.1),
  },
  { type: 'DOUBLE', write: 0.1, literal: '0.1e0' },
  {
    type: 'DOUBLE /* sixteen digits */',
    write: Number('9999999999.999999'),
    literal: '9999999999.999999e0',
  },
  { type: 'DOUBLE /* the largest */', write: Number.MAX_VALUE, literal: '1.7976931348623157e308' },
  {
    type: 'DOUBLE /* tiny */',
    write: Number('-2.2250738585072014e-308'),
    literal: '-2.2250738585072014e-308',
  },
  { type: 'BIT(1)', write: 1, literal: "b'1'", read: bytes([1]) },
  {
    type: 'BIT(64)',
    write: 18446744073709551615n,
    literal: '18446744073709551615',
    read: bytes(Array<number>(8).fill(255)),
  },
  { type: 'DATE', write: date('2026-11-23T00:00:00Z'), literal: "'2026-11-23'" },
  {
    type: 'DATE /* old */',
    write: '1000-01-01',
    literal: "'1000-01-01'",
    read: date('1000-01-01T00:00:00Z'),
  },
  { type: 'TIME', write: '10:42:07', literal: "'10:42:07'", read: date('1970-01-01T10:42:07Z') },
  {
    type: 'TIME(6)',
    write: '10:42:07.123456',
    literal: "'10:42:07.123456'",
    read: date('1970-01-01T10:42:07.123Z'),
  },
  // Prisma's Time cannot say these, so the official adapter's are invalid dates; ours count from 1970.
  {
    type: 'TIME(3) /* negative */',
    write: '-00:00:01.5',
    literal: "'-00:00:01.5'",
    read: date('1969-12-31T23:59:58.500Z'),
    official: date('invalid'),
  },
  {
    type: 'TIME /* the longest */',
    write: '838:59:59',
    literal: "'838:59:59'",
    read: date('1970-02-04T22:59:59Z'),
    official: date('invalid'),
  },
  {
    type: 'TIME /* the least */',
    write: '-838:59:59',
    literal: "'-838:59:59'",
    read: date('1969-11-27T01:00:01Z'),
    official: date('invalid'),
  },
  { type: 'DATETIME', write: date('2026-11-23T10:42:00Z'), literal: "'2026-11-23 10:42:00'" },
  {
    type: 'DATETIME(3)',
    write: date('2026-11-23T10:42:00.123Z'),
    literal: "'2026-11-23 10:42:00.123'",
  },
  {
    type: 'DATETIME(6)',
    write: '2026-11-23 10:42:00.123456',
    literal: "'2026-11-23 10:42:00.123456'",
    read: date('2026-11-23T10:42:00.123Z'),
  },
  {
    type: 'DATETIME(3) /* the last */',
    write: date('9999-12-31T23:59:59.999Z'),
    literal: "'9999-12-31 23:59:59.999'",
  },
  {
    type: 'TIMESTAMP(3) NULL',
    write: date('2026-11-23T10:42:00.123Z'),
    literal: "'2026-11-23 10:42:00.123'",
  },
  { type: 'YEAR', write: 2155, literal: '2155' },
  { type: 'CHAR(40)', write: emoji, literal: hexText(emoji) },
  { type: 'VARCHAR(200)', write: emoji, literal: hexText(emoji) },
  { type: 'TINYTEXT', write: emoji, literal: hexText(emoji) },
  { type: 'TEXT', write: emoji.repeat(500), literal: hexText(emoji.repeat(500)) },
  { type: 'MEDIUMTEXT', write: emoji, literal: hexText(emoji) },
  { type: 'LONGTEXT', write: '', literal: "''" },
  { type: 'BINARY(4)', write: Buffer.from([0, 39, 92, 255]), literal: "x'00275cff'" },
  {
    type: 'VARBINARY(300)',
    write: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    literal: `x'${allBytes()}'`,
  },
  { type: 'TINYBLOB', write: Buffer.alloc(0), literal: "x''" },
  { type: 'BLOB', write: Buffer.from([0xf0, 0x9f]), literal: "x'f09f'" },
  { type: 'MEDIUMBLOB', write: Buffer.from('plain'), literal: "'plain'" },
  { type: 'LONGBLOB', write: Buffer.from([1]), literal: "x'01'" },
  { type: "ENUM('small', 'größer', 'it''s')", write: "it's", literal: "'it''s'" },
  {
    type: "SET('milk', 'soy', 'nüsse')",
    write: 'milk,nüsse',
    literal: "'milk,nüsse'",
    official: ['milk', 'nüsse'],
  },
  { type: 'JSON', write: JSON.stringify(json), literal: '', read: json },
  { type: 'GEOMETRY', write: point, literal: 'ST_GeomFromText("POINT(1 2)")' },
]

function bytes(values: number[]): Uint8Array {
  return new Uint8Array(values)
}
function hexText(text: string): string {
  return `CONVERT(x'${Buffer.from(text).toString('hex')}' USING utf8mb4)`
}
function allBytes(): string {
  return Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('')
}
/** Decimals as their digits and bytes as plain arrays, so that classes do not matter. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (value instanceof Date)
    return { date: Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString() }
  if (typeof value === 'object' && value !== null && 'toFixed' in value)
    return (value as { toFixed(): string }).toFixed()
  return value
}

describe('a value comes back as it was written', () => {
  test.for(cases.map((each, index) => ({ ...each, table: `t${index}` })))('$type', async (each) => {
    const { db } = fresh
    const { table } = each
    await db.run(
      `CREATE TABLE ${table} (id INT PRIMARY KEY, v ${each.type}) DEFAULT CHARACTER SET utf8mb4`,
    )
    await db.prisma.$executeRawUnsafe(`INSERT INTO ${table} VALUES (1, ?)`, each.write)
    await db.prisma.$executeRawUnsafe(`INSERT INTO ${table} VALUES (2, ?)`, null)

    // The server itself says whether it holds what was meant: no driver of ours in between.
    if (each.literal !== '') {
      const [held] = await db.rows<{ same: unknown }>(
        `SELECT v = ${each.literal} AS same FROM ${table} WHERE id = 1`,
      )
      expect(Number(held?.same)).toBe(1)
    }
    const wanted = plain('read' in each ? each.read : each.write)
    const rows = await db.prisma.$queryRawUnsafe<{ v: unknown }[]>(
      `SELECT v FROM ${table} ORDER BY id`,
    )
    expect(rows.map(({ v }) => plain(v))).toEqual([wanted, null])

    const theirs = await official.$queryRawUnsafe<{ v: unknown }[]>(
      `SELECT v FROM ${table} ORDER BY id`,
    )
    expect(theirs.map(({ v }) => plain(v))).toEqual([
      'official' in each ? plain(each.official) : wanted,
      null,
    ])

    // What Prisma read, it can write again, and the server finds it equal.
    if (
      each.type !== 'JSON' &&
      !each.type.includes('(6)') &&
      !each.type.startsWith('BIT') &&
      !each.type.startsWith('TIME')
    ) {
      await db.prisma.$executeRawUnsafe(`INSERT INTO ${table} VALUES (3, ?)`, rows[0]?.v)
      const [again] = await db.rows<{ same: unknown }>(
        `SELECT (SELECT v FROM ${table} WHERE id = 1) = (SELECT v FROM ${table} WHERE id = 3) AS same`,
      )
      expect(Number(again?.same)).toBe(1)
    }
  })
})

test('literals keep the type a JavaScript value has', async () => {
  const { prisma } = fresh.db
  const [row] = await prisma.$queryRaw<Record<string, unknown>[]>`
    SELECT ${0.1} AS fraction, ${7} AS whole, ${2n ** 60n} AS big, ${'7'} AS text, ${true} AS yes, ${null} AS nothing`
  // How wide the server finds a small literal, and so number or bigint, is its own affair.
  const narrow = { ...row, whole: Number(row?.whole), yes: Number(row?.yes) }
  expect(narrow).toEqual({
    fraction: 0.1,
    whole: 7,
    big: 2n ** 60n,
    text: '7',
    yes: 1,
    nothing: null,
  })
})

test('a decimal is compared as a decimal, to the last of its digits', async () => {
  const { prisma } = fresh.db
  await prisma.$executeRaw`CREATE TABLE exact (v DECIMAL(65,30))`
  await prisma.$executeRaw`INSERT INTO exact VALUES (0.100000000000000000000000000001)`
  const { Decimal } = await import('@prisma/client/runtime/client')
  const find = (v: string) =>
    prisma.$queryRaw<unknown[]>`SELECT 1 FROM exact WHERE v = ${new Decimal(v)}`
  expect(await find('0.100000000000000000000000000001')).toHaveLength(1)
  expect(await find('0.100000000000000000000000000002')).toHaveLength(0)
})

test.for(['+00:00', '+05:30', '-08:00'])(
  'times are UTC in a session whose zone is %s',
  async (zone) => {
    const { db } = fresh
    const table = `zone_${zone.replaceAll(/\D/g, '')}_${zone.startsWith('-') ? 'west' : 'east'}`
    await db.run(`CREATE TABLE ${table} (a DATETIME(3), b TIMESTAMP(3) NULL, c DATE, d TIME(3))`)
    const at = new Date('2026-03-29T01:30:00.250Z') // an hour that many zones skip
    const read = await db.prisma.$transaction(async (tx) => {
      await tx.$executeRawUnsafe(`SET time_zone = '${zone}'`)
      await tx.$executeRawUnsafe(
        `INSERT INTO ${table} VALUES (?, ?, ?, ?)`,
        at,
        at,
        at,
        '01:30:00.250',
      )
      const rows = await tx.$queryRawUnsafe<Record<string, unknown>[]>(`SELECT * FROM ${table}`)
      await tx.$executeRawUnsafe('SET time_zone = DEFAULT')
      return rows
    })
    const day = new Date('2026-03-29T00:00:00Z')
    expect(read).toEqual([{ a: at, b: at, c: day, d: new Date('1970-01-01T01:30:00.250Z') }])
    // What the table holds does not depend on the session: another zone reads the same DATETIME.
    const [held] = await db.rows(`SELECT CAST(a AS CHAR) AS a FROM ${table}`)
    expect(held).toEqual({ a: '2026-03-29 01:30:00.250' })
  },
)

test('a date that no calendar has is refused, naming its column', async () => {
  const { db } = fresh
  await db.run('CREATE TABLE zero (opened DATETIME)')
  await db.transaction(async (tx) => {
    await tx.run("SET sql_mode = ''")
    await tx.run("INSERT INTO zero VALUES ('0000-00-00')")
    await tx.run('SET sql_mode = DEFAULT')
  })
  await expect(db.prisma.$queryRaw`SELECT opened FROM zero`).rejects.toThrow(
    'Column opened holds 0000-00-00',
  )
})

test('what MySQL has no literal for is refused before it is sent', async () => {
  const { prisma } = fresh.db
  await expect(prisma.$queryRaw`SELECT ${[1, 2]}`).rejects.toThrow('Prisma.join')
})

test('SQL rows have the types that their documentation names', async () => {
  await fresh.db.run('CREATE TABLE documented (small INT UNSIGNED, yes BOOLEAN)')
  await fresh.db.run('INSERT INTO documented VALUES (?, ?)', [4294967295, true])
  const [row] = await fresh.db.rows(
    `SELECT MAX(small) AS small, MAX(yes) AS yes, CAST(9007199254740993 AS SIGNED) AS big, 1.50 AS money, 0.5e0 AS ratio, COUNT(*) AS count, NULL AS nothing,
            CAST('2026-11-23 10:42:00.5' AS DATETIME(3)) AS at, CAST('10:42' AS TIME) AS time, x'00ff' AS bytes FROM documented`,
  )
  expect(row).toEqual({
    small: 4294967295,
    yes: 1,
    big: '9007199254740993',
    money: '1.50',
    ratio: 0.5,
    count: '1',
    nothing: null,
    at: new Date('2026-11-23T10:42:00.500Z'),
    time: '10:42:00',
    bytes: Buffer.from([0, 255]),
  })
})
