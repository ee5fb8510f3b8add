// The database server that the café runs itself, started again whenever it dies. Clients keep one address for all its
// lives: the socket.
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config.js'
import type { DatabaseTarget } from '../database/address.js'
import { databaseName } from '../mysql-server/home.js'
import { findOrInstallMysqld } from '../mysql-server/install.js'
import { type MysqlServer, startMysqlServer, type StartOptions } from '../mysql-server/start.js'
import { say } from './say.js'

export interface EmbeddedServer {
  target: DatabaseTarget
  stop(): Promise<void>
}

const pauseMsLeast = 250
const pauseMsMost = 30_000
/** A server that lived this long has recovered; the next crash is a new one and starts with a short pause again. */
const steadyAfterMs = 60_000

export async function startEmbeddedServer(config: Config, logger: Logger): Promise<EmbeddedServer> {
  const dataDir = config.CAFE_DATA_DIR
  const binary = await findOrInstallMysqld({ override: config.CAFE_MYSQLD, dataDir, say })
  const options = { binary, dataDir, log: say }
  const first = await startMysqlServer(options)
  const { socketPath, user, password, family, version, pid } = first
  logger.info({ family, version, pid }, 'database server started')
  const target = {
    address: { socketPath, database: databaseName },
    user,
    credentials: () => Promise.resolve({ password }),
  }
  const keeper = new Keeper(
    first,
    { ...options, socketPath, log: (message) => logger.warn(message) },
    logger,
  )
  return { target, stop: () => keeper.stop() }
}

/** Keeps one server alive until told to stop. */
class Keeper {
  private current: MysqlServer | undefined
  private readonly stopping = new AbortController()
  private readonly done: Promise<void>

  constructor(
    first: MysqlServer,
    private readonly options: StartOptions,
    private readonly logger: Logger,
  ) {
    this.current = first
    this.done = this.keep(first)
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.current?.stop()
    await this.done
  }

  private async keep(first: MysqlServer): Promise<void> {
    let server: MysqlServer | undefined = first
    let pauseMs = pauseMsLeast
    let startedAt = Date.now()
    while (server) {
      const exit = await server.exited
      this.current = undefined
      if (this.stopping.signal.aborted) return
      if (Date.now() - startedAt > steadyAfterMs) pauseMs = pauseMsLeast
      this.logger.error({ ...exit, pauseMs }, 'database server died; starting it again')
      server = await this.startAgain(pauseMs)
      startedAt = Date.now()
      pauseMs = Math.min(pauseMs * 2, pauseMsMost)
    }
  }

  private async startAgain(firstPauseMs: number): Promise<MysqlServer | undefined> {
    const { signal } = this.stopping
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMost)) {
      await delay(pauseMs, undefined, { signal }).catch(() => undefined) // aborted is answered on the next line
      if (signal.aborted) return undefined
      try {
        const server = await startMysqlServer(this.options)
        this.logger.info({ pid: server.pid }, 'database server is back')
        if (!signal.aborted) return (this.current = server)
        await server.stop()
        return undefined
      } catch (error) {
        this.logger.error({ err: error, pauseMs }, 'database server did not start')
      }
    }
  }
}
