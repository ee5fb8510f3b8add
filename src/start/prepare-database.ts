// Tables and first rows. With the database away the café starts all the same and this goes on in the background:
// a machine that boots in the wrong order must not need a person.
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { seedIfEmpty } from '../../prisma/seed/seed.js'
import type { Database } from '../database/database.js'
import { isDatabaseUnavailable } from '../database/errors.js'
import { migrate } from '../database/migrations.js'
import { migrationsFolder } from '../paths.js'

const pauseMsLeast = 500
const pauseMsMost = 10_000

/** Applies the migrations and seeds an empty database. Throws DatabaseUnavailable while there is none. */
export async function prepareDatabase(db: Database, logger: Logger): Promise<void> {
  const { applied } = await migrate(db, migrationsFolder)
  if (applied.length > 0) logger.info({ applied }, 'migrations applied')
  if (await seedIfEmpty(db)) logger.info('empty database seeded')
}

/**
 * Tries until it works or the signal says stop. Any other failure than an absent database (an edited migration, a
 * missing right) is no matter of waiting and is thrown.
 */
export async function keepPreparing(
  db: Database,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = pauseMsLeast; !signal.aborted; pauseMs = Math.min(pauseMs * 2, pauseMsMost)) {
    await delay(pauseMs, undefined, { signal }).catch(() => undefined) // aborted is answered by the loop
    if (signal.aborted) return
    try {
      await prepareDatabase(db, logger)
      logger.info('database is there; the café takes orders')
      return
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error
    }
  }
}
