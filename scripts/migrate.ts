// npm run migrate: shows and applies the migrations, and records what was put right by hand.
import { type Config, readConfig } from '../src/config.js'
import { type DatabaseTarget, parseDatabaseUrl } from '../src/database/address.js'
import { type Database, openDatabase } from '../src/database/database.js'
import {
  type MigrationStatus,
  migrate,
  migrationStatus,
  resolveMigration,
} from '../src/database/migrations.js'
import { ExpectedError } from '../src/errors.js'
import { findRunningServer } from '../src/mysql-server/running.js'
import { migrationsFolder as folder } from '../src/paths.js'
import { exitCodes, runCommand, UsageError } from './command.js'

const help = `
Brings the database's tables to the state of prisma/migrations, and keeps Prisma's ledger of it.

Usage
  npm run migrate -- status [--json]              what is applied, what is pending, what stands in the way
  npm run migrate -- apply                        applies what is pending
  npm run migrate -- resolve --rolled-back NAME   a failed migration was undone by hand; it will be applied again
  npm run migrate -- resolve --applied NAME       a migration was finished by hand; it will not be applied

The database is DATABASE_URL, or else the server of the café that runs on CAFE_DATA_DIR (default .data).

Options
  --json   status as { isUpToDate, problem: { message, hint } | null,
                       migrations: [{ name, state, finishedAt, logs }] } with state applied, pending, running,
           failed, edited, missing or out-of-order

Examples
  npm run migrate -- status
  DATABASE_URL=mysql://cafe:secret@db.example:3306/cafe_db npm run migrate -- apply
  npm run migrate -- resolve --rolled-back 20261123090000_open_the_cafe`

await runCommand({
  help,
  options: {
    json: { type: 'boolean', default: false },
    'rolled-back': { type: 'string' },
    applied: { type: 'string' },
  },
  async run(options, [action, ...rest]) {
    if (rest.length > 0) throw new UsageError(`Unexpected: ${rest.join(' ')}`)
    if (action !== 'status' && action !== 'apply' && action !== 'resolve') {
      throw new UsageError(
        action === undefined ? 'Say status, apply or resolve' : `Unknown: ${action}`,
      )
    }
    if (action === 'resolve') requireOne(options.applied, options['rolled-back'])
    const db = openDatabase({ ...(await findTarget(readConfig())), poolSize: 1 })
    try {
      if (action === 'status') return print(await migrationStatus(db, folder), options.json)
      if (action === 'apply') return await apply(db)
      return await resolve(db, options.applied, options['rolled-back'])
    } finally {
      await db.close()
    }
  },
})

async function findTarget(config: Config): Promise<DatabaseTarget> {
  if (config.DATABASE_URL !== undefined) return parseDatabaseUrl(config.DATABASE_URL)
  const server = await findRunningServer(config.CAFE_DATA_DIR)
  if (!server) {
    throw new ExpectedError(
      'unavailable',
      `No café is running on ${config.CAFE_DATA_DIR}, and DATABASE_URL is not set`,
      {
        hint: 'npm start in another terminal, or set DATABASE_URL=mysql://user:password@host:3306/database',
      },
    )
  }
  const { host, port, database, user, password } = server
  return {
    address: { host, port, database },
    user,
    credentials: () => Promise.resolve({ password }),
  }
}

function print(status: MigrationStatus, isJson: boolean): number {
  if (isJson) console.log(JSON.stringify(status, null, 2))
  else {
    for (const { name, state, finishedAt } of status.migrations) {
      console.log(
        `${state.padEnd(12)}  ${name}${finishedAt ? `  ${finishedAt.toISOString()}` : ''}`,
      )
    }
    console.log(
      status.isUpToDate
        ? 'The database is up to date.'
        : (status.problem?.message ?? 'There is something to apply.'),
    )
    if (!status.isUpToDate)
      console.log(`Next: ${status.problem?.hint ?? 'npm run migrate -- apply'}`)
  }
  return status.isUpToDate ? exitCodes.done : exitCodes.differs
}

async function apply(db: Database): Promise<void> {
  const { applied } = await migrate(db, folder)
  for (const name of applied) console.log(`applied  ${name}`)
  console.log(
    applied.length === 0
      ? 'Nothing to apply; the database is up to date.'
      : 'The database is up to date.',
  )
}

function requireOne(applied: string | undefined, rolledBack: string | undefined): void {
  if ((applied === undefined) === (rolledBack === undefined)) {
    throw new UsageError('Say either --rolled-back NAME or --applied NAME')
  }
}

async function resolve(db: Database, applied: string | undefined, rolledBack = ''): Promise<void> {
  await resolveMigration(
    db,
    folder,
    applied ?? rolledBack,
    applied === undefined ? 'rolled-back' : 'applied',
  )
  console.log(
    `${applied ?? rolledBack} is recorded as ${applied === undefined ? 'rolled back' : 'applied'}.`,
  )
}
