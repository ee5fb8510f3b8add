// schema.prisma (what Prisma believes) against the tables that the migrations make (what is so), on a real server.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { readSchema, type Table } from './schema-file.js'

let fresh: FreshDatabase
let believed: Table[]

beforeAll(async () => {
  fresh = await freshDatabase()
  believed = readSchema(
    await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8'),
  )
})
afterAll(() => fresh.close())

/** One string per row of `sql`, by table; what the text reader of schema.prisma gives, sorted alike. */
async function found(sql: string): Promise<Record<string, string[]>> {
  const rows = await fresh.db.rows<{ name: string; entry: string }>(sql)
  const byTable: Record<string, string[]> = Object.fromEntries(
    believed.map(({ name }) => [name, []]),
  )
  for (const { name, entry } of rows)
    if (name !== '_prisma_migrations') (byTable[name] ??= []).push(entry)
  for (const entries of Object.values(byTable)) entries.sort()
  return byTable
}

function expected(of: (table: Table) => string[]): Record<string, string[]> {
  return Object.fromEntries(believed.map((table) => [table.name, of(table).toSorted()]))
}

test('every table and column has the name, type and nullability that Prisma believes', async () => {
  // MariaDB shows a width for integers, int(11); MySQL only for tinyint(1), and both mean a boolean by that.
  const columns = await found(
    `SELECT table_name AS name, CONCAT(column_name, ' ', IF(column_type REGEXP '^(int|bigint)', REGEXP_REPLACE(column_type, '[(][0-9]+[)]', ''), column_type),
            IF(is_nullable = 'YES', ' NULL', ' NOT NULL')) AS entry
       FROM information_schema.columns WHERE table_schema = DATABASE()`,
  )
  expect(believed.length).toBeGreaterThan(10)
  expect(columns).toEqual(expected(({ columns }) => columns))
})

test('the unique keys are those that Prisma believes', async () => {
  const keys = await found(
    `SELECT table_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ') AS entry
       FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 0 GROUP BY table_name, index_name`,
  )
  expect(keys).toEqual(expected(({ uniqueKeys }) => uniqueKeys))
})

test('the indexes that Prisma believes are there', async () => {
  const indexes = await found(
    `SELECT table_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ') AS entry
       FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 1 GROUP BY table_name, index_name`,
  )
  // The server may have more: InnoDB makes one for a foreign key that has none.
  for (const { name, indexes: wanted } of believed)
    expect(indexes[name]).toEqual(expect.arrayContaining(wanted))
})

test('the foreign keys lead where Prisma believes, with the rules it believes', async () => {
  const keys = await found(
    `SELECT k.table_name AS name, CONCAT(GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position SEPARATOR ', '), ' -> ', k.referenced_table_name,
            ' (', GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position SEPARATOR ', '), ') ON DELETE ', r.delete_rule, ' ON UPDATE ', r.update_rule) AS entry
       FROM information_schema.key_column_usage k
       JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
      WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
      GROUP BY k.table_name, k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule`,
  )
  expect(keys).toEqual(expected(({ foreignKeys }) => foreignKeys))
})

test('every column of text takes every character, or is ASCII compared byte by byte', async () => {
  const rows = await fresh.db.rows<{ c: string }>(
    `SELECT DISTINCT collation_name AS c FROM information_schema.columns
      WHERE table_schema = DATABASE() AND collation_name IS NOT NULL ORDER BY 1`,
  )
  expect(rows.map(({ c }) => c)).toEqual(['ascii_bin', 'utf8mb4_unicode_ci'])
})
