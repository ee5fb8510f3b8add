// npm run migrate, as a process: what it prints and how it ends.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../support/database.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
let built: string

/** The command as `npm run build` makes it, beside the real one so that it finds node_modules. */
beforeAll(async () => {
  await mkdir(join(root, 'dist'), { recursive: true })
  built = await mkdtemp(join(root, 'dist/migrate-'))
  const args = [
    'node_modules/typescript/bin/tsc',
    '--outDir',
    built,
    '--incremental',
    'false',
    '--noCheck',
  ]
  await run(process.execPath, args, { cwd: root })
  return () => rm(built, { recursive: true })
}, 120_000)

async function migrateCommand(args: string[], env: Record<string, string>) {
  const { PATH = '' } = process.env
  const options = { cwd: root, env: { PATH, ...env } }
  return run(process.execPath, [join(built, 'scripts/migrate.js'), ...args], options).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: unknown) => error as { stdout: string; stderr: string; code: number },
  )
}

test('status tells what is pending, apply applies it, and both can be run twice', async () => {
  const fresh = await freshDatabase({ migrated: false })
  onTestFinished(() => fresh.close())
  const env = { DATABASE_URL: fresh.url }
  const before = await migrateCommand(['status'], env)
  expect(before).toMatchObject({ code: 3, stderr: '' })
  expect(before.stdout).toMatch(/^pending +\d{14}_\w+\n[\s\S]*Next: npm run migrate -- apply\n$/)
  expect(await migrateCommand(['apply'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^applied {2}\d{14}_/) as string,
  })
  expect(await migrateCommand(['apply'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to apply') as string,
  })
  const after = await migrateCommand(['status', '--json'], env)
  expect(after.code).toBe(0)
  expect(JSON.parse(after.stdout)).toMatchObject({
    isUpToDate: true,
    problem: null,
    migrations: [{ state: 'applied', logs: null }],
  })

  await fresh.db.run("UPDATE _prisma_migrations SET checksum = 'edited'")
  const refused = await migrateCommand(['apply'], env)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/was edited after it had been applied\nNext: Put the file back/)
})

test('what is not understood ends with 2 and the help, --help with 0', async () => {
  for (const args of [[], ['frobnicate'], ['status', '--fast'], ['resolve'], ['apply', 'now']]) {
    expect(await migrateCommand(args, {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Usage') as string,
    })
  }
  const help = await migrateCommand(['--help'], {})
  expect(help).toMatchObject({ code: 0, stderr: '' })
  expect(help.stdout).toMatch(/Examples[\s\S]*Exit codes/)
})

test('without a database the next command is named, and no password is printed', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'cafe-no-data-'))
  onTestFinished(() => rm(empty, { recursive: true }))
  const none = await migrateCommand(['status'], { CAFE_DATA_DIR: empty })
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/No café is running[\s\S]*Next: npm start/) as string,
  })
  const away = await migrateCommand(['apply'], {
    DATABASE_URL: 'mysql://cafe:hunter2@127.0.0.1:1/cafe',
  })
  expect(away.code).toBe(1)
  expect(away.stderr).toContain(
    'Cannot connect to the database at 127.0.0.1:1: connect ECONNREFUSED',
  )
  expect(away.stderr).not.toContain('hunter2')
})
