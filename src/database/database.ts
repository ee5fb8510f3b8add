// The café's way to its database: SQL for the hottest statements, Prisma for the rest, both over one pool.
import { PrismaMysql2 } from './prisma-adapter/factory.js'
import { PrismaClient } from './generated/client.js'
import type { DatabaseTarget } from './address.js'
import { Pool } from './pool.js'
import { defaultPoolOptions, type PoolOptions } from './pool-options.js'
import type { IsolationLevel, RunResult, Sql, SqlValue } from './sql.js'
import { runTransaction } from './transaction.js'

export interface DatabaseOptions extends DatabaseTarget {
  /** Connections at most; 10 unless said. */
  poolSize?: number
  /** Limits in milliseconds; what is not said keeps its default. */
  timeouts?: Partial<Omit<PoolOptions, 'limit'>>
}

export class Database implements Sql {
  readonly pool: Pool
  readonly options: PoolOptions
  private client: PrismaClient | undefined

  constructor(
    readonly target: DatabaseTarget,
    options: PoolOptions,
  ) {
    this.options = options
    this.pool = new Pool(target, options)
  }

  /** Made on first use: loading Prisma's query compiler costs a quarter of a second that a script need not pay. */
  get prisma(): PrismaClient {
    this.client ??= new PrismaClient({
      adapter: new PrismaMysql2(this.pool, this.target.address),
      errorFormat: 'minimal',
      // Longer than the pool's own limit: otherwise Prisma's "unable to start a transaction" would hide the cause.
      transactionOptions: { maxWait: this.options.acquireMs + 1000, timeout: 5000 },
    })
    return this.client
  }

  async rows<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]> {
    const connection = this.pool.take() ?? (await this.pool.acquire())
    try {
      return await connection.rows(text, values)
    } finally {
      this.pool.release(connection)
    }
  }

  async run(text: string, values?: readonly SqlValue[]): Promise<RunResult> {
    const connection = this.pool.take() ?? (await this.pool.acquire())
    try {
      return await connection.run(text, values)
    } finally {
      this.pool.release(connection)
    }
  }

  /** See runTransaction. The isolation level is the server's (REPEATABLE READ) unless one is asked for. */
  transaction<T>(work: (tx: Sql) => Promise<T>, isolation?: IsolationLevel): Promise<T> {
    return runTransaction(this.pool, isolation, work)
  }

  /** Waits for what is running, up to 5 s, then closes every connection. May be called twice. */
  async close(): Promise<void> {
    await this.client?.$disconnect()
    await this.pool.close()
  }
}

/** Connects nothing yet: the first statement does, so that a café can start while its database is away. */
export function openDatabase({ poolSize, timeouts, ...target }: DatabaseOptions): Database {
  return new Database(target, {
    ...defaultPoolOptions,
    ...timeouts,
    ...(poolSize !== undefined && { limit: poolSize }),
  })
}
