// The applier of migrations: what it writes into Prisma's ledger, what it refuses, and that two at once do not collide.
import { cp, mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { parseDatabaseUrl } from '../../src/database/address.js'
import { openDatabase, type Database } from '../../src/database/database.js'
import { migrate, migrationStatus, resolveMigration } from '../../src/database/migrations.js'
import { splitStatements } from '../../src/database/migrations/script.js'
import { ExpectedError } from '../../src/errors.js'
import { freshDatabase, migrationsFolder } from '../support/database.js'

let db: Database
let url: string
let folder: string

beforeEach(async () => {
  const fresh = await freshDatabase({ migrated: false })
  ;({ db, url } = fresh)
  folder = await mkdtemp(join(tmpdir(), 'cafe-migrations-'))
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "mysql"')
  return async () => {
    await fresh.close()
    await rm(folder, { recursive: true })
  }
})

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), sql)
}

const ledger = () =>
  db.rows<Record<string, unknown>>(
    'SELECT * FROM _prisma_migrations ORDER BY started_at, migration_name',
  )
const statesOf = async () =>
  (await migrationStatus(db, folder)).migrations.map(({ name, state }) => `${name} ${state}`)
async function refusalOf(work: Promise<unknown>): Promise<{ message: string; hint: string }> {
  const error = await work.then(
    () => expect.fail('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ExpectedError)
  const { message, details } = error as ExpectedError
  return { message, hint: details.hint ?? '' }
}

const counter = 'CREATE TABLE counter (n INT);\nINSERT INTO counter VALUES (0);\n'

test('migrations are applied in order, once, and recorded as Prisma records them', async () => {
  await write('20260102000000_second', '-- adds one\nUPDATE counter SET n = n + 1;')
  await write('20260101000000_first', counter)
  expect(await statesOf()).toEqual([
    '20260101000000_first pending',
    '20260102000000_second pending',
  ])
  expect(await migrate(db, folder)).toEqual({
    applied: ['20260101000000_first', '20260102000000_second'],
  })
  expect(await migrate(db, folder)).toEqual({ applied: [] })
  expect(await db.rows('SELECT n FROM counter')).toEqual([{ n: 1 }])
  const [first] = await ledger()
  expect(first).toEqual({
    id: expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    ) as string,
    checksum: createHash('sha256').update(counter).digest('hex'),
    finished_at: expect.any(Date) as Date,
    migration_name: '20260101000000_first',
    logs: null,
    rolled_back_at: null,
    started_at: expect.any(Date) as Date,
    applied_steps_count: 1,
  })
  const { started_at: started, finished_at: finished } = first as {
    started_at: Date
    finished_at: Date
  }
  expect(Math.abs(Date.now() - started.getTime())).toBeLessThan(60_000) // UTC, whatever the session's zone
  expect(finished.getTime()).toBeGreaterThanOrEqual(started.getTime())
})

test("the ledger's table is Prisma's own, column by column", async () => {
  await write('20260101000000_first', counter)
  await migrate(db, folder)
  const columns = await db.rows<{ c: string }>(
    `SELECT CONCAT_WS(' ', column_name, column_type, is_nullable, COALESCE(LOWER(NULLIF(column_default, 'NULL')), '-'), column_key) AS c
       FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '_prisma_migrations' ORDER BY ordinal_position`,
  )
  // MySQL leaves out the display width that MariaDB still shows.
  expect(columns.map(({ c }) => c.replace('int(10)', 'int').trim())).toEqual([
    'id varchar(36) NO - PRI',
    'checksum varchar(64) NO -',
    'finished_at datetime(3) YES -',
    'migration_name varchar(255) NO -',
    'logs text YES -',
    'rolled_back_at datetime(3) YES -',
    'started_at datetime(3) NO current_timestamp(3)',
    'applied_steps_count int unsigned NO 0',
  ])
  const [table] = await db.rows(
    "SELECT table_collation AS c FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '_prisma_migrations'",
  )
  expect(table).toEqual({ c: 'utf8mb4_unicode_ci' })
})

test('a failed migration names file and statement, and is refused until somebody resolves it', async () => {
  const name = '20260101000000_broken'
  await write(
    name,
    "CREATE TABLE half (a INT); -- this one works; really\nINSERT INTO half VALUES ('a;b');\nDROP TABLE half;",
  )
  const failure = await refusalOf(migrate(db, folder))
  expect(failure.message).toMatch(
    /^Migration 20260101000000_broken failed: .*migration\.sql, statement 2 \(INSERT INTO half VALUES \('a;b'\)\): .*Incorrect integer/,
  )
  expect(failure.hint).toContain(`1 of its statements are done`)
  expect(failure.hint).toContain(`npm run migrate -- resolve --rolled-back ${name}`)
  const [row] = await ledger()
  expect(row).toMatchObject({ finished_at: null, rolled_back_at: null, applied_steps_count: 0 })
  expect(row?.logs).toContain('Incorrect integer')

  const again = await refusalOf(migrate(db, folder))
  expect(again.message).toMatch(/was begun and did not finish: .*Incorrect integer/)
  expect(again.hint).toContain(`npm run migrate -- resolve --rolled-back ${name}`)
  expect(again.hint).toContain(`npm run migrate -- resolve --applied ${name}`)
  expect(await migrationStatus(db, folder)).toMatchObject({
    isUpToDate: false,
    problem: again,
    migrations: [{ state: 'failed' }],
  })

  await db.run('DROP TABLE half')
  await write(name, 'CREATE TABLE half (a INT);')
  await resolveMigration(db, folder, name, 'rolled-back')
  expect(await migrate(db, folder)).toEqual({ applied: [name] })
  expect((await ledger()).map((each) => each.rolled_back_at !== null)).toEqual([true, false])
})

test('a failed migration that was finished by hand is not run again', async () => {
  const name = '20260101000000_broken'
  await write(name, 'CREATE TABLE once (a INT); SELECT no_such_column;')
  await refusalOf(migrate(db, folder))
  await resolveMigration(db, folder, name, 'applied')
  expect(await migrate(db, folder)).toEqual({ applied: [] })
  expect(await statesOf()).toEqual([`${name} applied`])
  const rows = await ledger()
  expect(
    rows.map((each) => [
      each.finished_at !== null,
      each.rolled_back_at !== null,
      each.applied_steps_count,
    ]),
  ).toEqual(
    expect.arrayContaining([
      [false, true, 0],
      [true, false, 0],
    ]),
  )
  const nothing = await refusalOf(resolveMigration(db, folder, name, 'rolled-back'))
  expect(nothing.message).toContain('nothing to resolve')
})

test('a process that died in the middle leaves a migration that is refused', async () => {
  await write('20260101000000_first', counter)
  await migrate(db, folder)
  await db.run('UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0')
  expect((await refusalOf(migrate(db, folder))).message).toContain('was begun and did not finish')
})

test('an edited migration is refused, other line ends are not an edit', async () => {
  const name = '20260101000000_first'
  await write(name, counter)
  await migrate(db, folder)
  await write(name, counter.replaceAll('\n', '\r\n'))
  expect(await statesOf()).toEqual([`${name} applied`])
  await write(name, counter.replace('(0)', '(1)'))
  const refusal = await refusalOf(migrate(db, folder))
  expect(refusal.message).toBe(`Migration ${name} was edited after it had been applied`)
  expect(refusal.hint).toContain(`git checkout -- prisma/migrations/${name}`)
})

test('a migration whose file is gone, and one that comes too late in the order, are refused', async () => {
  await write('20260102000000_second', counter)
  await migrate(db, folder)
  await write('20260101000000_first', 'SELECT 1;')
  expect(await statesOf()).toEqual([
    '20260101000000_first out-of-order',
    '20260102000000_second applied',
  ])
  expect((await refusalOf(migrate(db, folder))).hint).toContain(
    'Rename its folder to a timestamp after',
  )
  await rename(join(folder, '20260102000000_second'), join(folder, '20260103000000_third'))
  await rm(join(folder, '20260101000000_first'), { recursive: true })
  expect(await statesOf()).toEqual([
    '20260102000000_second missing',
    '20260103000000_third pending',
  ])
  expect((await refusalOf(migrate(db, folder))).message).toContain('its file is gone')
})

test('a folder without its SQL file is refused', async () => {
  await mkdir(join(folder, '20260101000000_empty'))
  expect((await refusalOf(migrate(db, folder))).message).toBe(
    'The migration 20260101000000_empty has no migration.sql',
  )
})

test('five processes that start at once apply each migration once', async () => {
  await write('20260101000000_first', counter)
  await write('20260102000000_slow', 'DO SLEEP(0.3); UPDATE counter SET n = n + 1;')
  const others = Array.from({ length: 5 }, () => openDatabase(parseDatabaseUrl(url)))
  onTestFinished(async () => {
    await Promise.all(others.map((other) => other.close()))
  })
  const outcomes = await Promise.all(others.map((other) => migrate(other, folder)))
  expect(outcomes.flatMap(({ applied }) => applied)).toEqual([
    '20260101000000_first',
    '20260102000000_slow',
  ])
  expect(await db.rows('SELECT n FROM counter')).toEqual([{ n: 1 }])
})

test('a migration that runs now is shown as running, not as failed', async () => {
  await write('20260101000000_slow', 'DO SLEEP(1);')
  const running = migrate(db, folder)
  await expect.poll(() => statesOf().catch(() => [])).toEqual(['20260101000000_slow running'])
  await running
  expect(await statesOf()).toEqual(['20260101000000_slow applied'])
})

test('triggers and procedures need no DELIMITER', async () => {
  const name = '20260101000000_triggers'
  const sql = `${counter}
CREATE TRIGGER no_decrease BEFORE UPDATE ON counter FOR EACH ROW
BEGIN
  -- semicolons; in comments; END
  DECLARE word VARCHAR(20) DEFAULT 'BEGIN;';
  IF NEW.n < OLD.n THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'never; less';
  END IF;
  CASE WHEN NEW.n > 9 THEN SET NEW.n = CASE WHEN NEW.n > 99 THEN 99 ELSE 9 END; ELSE SET NEW.n = NEW.n; END CASE;
END;
UPDATE counter SET n = 5;
UPDATE counter SET n = 4;`
  await write(name, sql)
  expect((await refusalOf(migrate(db, folder))).message).toMatch(
    /statement 5 \(UPDATE counter SET n = 4\): never; less/,
  )
  expect(
    splitStatements(sql).map((statement) =>
      statement
        .split(/[\s(]+/)
        .slice(0, 3)
        .join(' '),
    ),
  ).toEqual([
    'CREATE TABLE counter',
    'INSERT INTO counter',
    'CREATE TRIGGER no_decrease',
    'UPDATE counter SET',
    'UPDATE counter SET',
  ])
})

test("the café's own migrations run on an empty database and are then up to date", async () => {
  await cp(migrationsFolder, folder, { recursive: true })
  const { applied } = await migrate(db, folder)
  expect(applied.length).toBeGreaterThan(0)
  expect(await migrationStatus(db, folder)).toMatchObject({ isUpToDate: true, problem: null })
})
