// The process: configuration, database, pages, in this order; and back in the other one when it is told to stop.
import { createApp } from './app.js'
import { type Config, readConfig } from './config.js'
import { parseDatabaseUrl } from './database/address.js'
import { type Database, openDatabase } from './database/database.js'
import { isDatabaseUnavailable } from './database/errors.js'
import { cookieKeys } from './start/cookie-keys.js'
import { startEmbeddedServer } from './start/embedded-server.js'
import { listen } from './start/http-server.js'
import { type Log, openLog } from './start/logger.js'
import { keepPreparing, prepareDatabase } from './start/prepare-database.js'
import { say, sayAddresses, sayFailure } from './start/say.js'
import { Shutdown } from './start/shutdown.js'

const shutdown = new Shutdown()
shutdown.watch()
try {
  const config = readConfig()
  const log = openLog(config)
  shutdown.log = log
  await start(config, log)
  shutdown.up()
} catch (error) {
  await shutdown.end(shutdown.signal.aborted ? 0 : sayFailure(error))
}

async function start(config: Config, log: Log): Promise<void> {
  const { logger, file: logFile } = log
  const keys = await cookieKeys(config)
  const db = openDatabase({
    ...(await reachDatabase(config, log)),
    poolSize: config.CAFE_POOL_SIZE,
  })
  shutdown.remember('database connections', () => db.close())
  await prepare(db, log)
  const http = await listen(
    createApp({ config, db, logger, cookieKeys: keys, stopping: shutdown.signal }),
    {
      port: config.PORT,
      host: config.HOST,
      onError: (error) => logger.error({ err: error }, 'the listening socket failed'),
    },
  )
  shutdown.remember('requests', () => http.drain())
  sayAddresses(config.CAFE_NAME, {
    host: config.HOST,
    port: http.port,
    ...(logFile !== undefined && { logFile }),
  })
  logger.info({ port: http.port }, 'listening')
}

async function reachDatabase(config: Config, { logger }: Log) {
  if (config.DATABASE_URL !== undefined) return parseDatabaseUrl(config.DATABASE_URL)
  const embedded = await startEmbeddedServer(config, logger)
  shutdown.remember('database server', () => embedded.stop())
  return embedded.target
}

async function prepare(db: Database, { logger }: Log): Promise<void> {
  try {
    await prepareDatabase(db, logger)
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    say(`The database does not answer: ${error instanceof Error ? error.message : ''}`)
    say('The café opens anyway, takes no orders, and goes on trying.')
    logger.warn({ err: error }, 'database away at start; trying on')
    keepPreparing(db, logger, shutdown.signal).catch((failure: unknown) =>
      shutdown.end(sayFailure(failure)),
    )
  }
}
