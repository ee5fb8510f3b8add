// A Prisma driver adapter over mysql2. Knows Prisma and our pool, nothing of the café: it could be a package of its own.
import type {
  ConnectionInfo,
  IsolationLevel as PrismaIsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils'
import type { Address } from '../address.js'
import type { Pool } from '../pool.js'
import type { IsolationLevel } from '../sql.js'
import { beginTransaction, commit, rollBack } from '../transaction.js'
import type { PooledConnection } from '../pooled-connection.js'
import { invalidIsolationLevel, toPrismaError } from './errors.js'
import { execute, query } from './statements.js'

const adapterName = 'cafe-mysql2'
const provider = 'mysql'

/**
 * The pool belongs to whoever made it and stays open when Prisma disconnects. Nothing is asked of the server here: the
 * official adapter asks for its version to learn whether relation joins work (a preview feature that is off), and so
 * cannot start without a database.
 */
export class PrismaMysql2 implements SqlDriverAdapterFactory {
  readonly provider = provider
  readonly adapterName = adapterName

  constructor(
    private readonly pool: Pool,
    private readonly address: Address,
  ) {}

  connect(): Promise<SqlDriverAdapter> {
    return Promise.resolve(new PoolAdapter(this.pool, this.address))
  }
}

class PoolAdapter implements SqlDriverAdapter {
  readonly provider = provider
  readonly adapterName = adapterName

  constructor(
    private readonly pool: Pool,
    private readonly address: Address,
  ) {}

  queryRaw(statement: SqlQuery): Promise<SqlResultSet> {
    return this.onConnection((connection) => query(connection, statement))
  }

  executeRaw(statement: SqlQuery): Promise<number> {
    return this.onConnection((connection) => execute(connection, statement))
  }

  executeScript(): Promise<void> {
    return Promise.reject(
      new Error('Scripts are for migrations, which have a connection of their own (migrations.ts)'),
    )
  }

  async startTransaction(isolation?: PrismaIsolationLevel): Promise<Transaction> {
    if (isolation === 'SNAPSHOT') throw invalidIsolationLevel(isolation)
    return new ConnectionAdapter(this.pool, await this.begin(isolation))
  }

  getConnectionInfo(): ConnectionInfo {
    return { schemaName: this.address.database, supportsRelationJoins: false }
  }

  dispose(): Promise<void> {
    return Promise.resolve()
  }

  private async begin(isolation?: IsolationLevel): Promise<PooledConnection> {
    try {
      return await beginTransaction(this.pool, isolation)
    } catch (error) {
      throw toPrismaError(error)
    }
  }

  private async onConnection<T>(work: (connection: PooledConnection) => Promise<T>): Promise<T> {
    let connection: PooledConnection
    try {
      connection = this.pool.take() ?? (await this.pool.acquire())
    } catch (error) {
      throw toPrismaError(error)
    }
    try {
      return await work(connection)
    } finally {
      this.pool.release(connection)
    }
  }
}

/**
 * `usePhantomQuery`: Prisma logs COMMIT and ROLLBACK and calls us to send them. So the connection is dropped when either
 * gets no answer, and a lost COMMIT is told apart from a failed one.
 */
class ConnectionAdapter implements Transaction {
  readonly provider = provider
  readonly adapterName = adapterName
  readonly options = { usePhantomQuery: true }

  constructor(
    private readonly pool: Pool,
    private readonly connection: PooledConnection,
  ) {}

  queryRaw(statement: SqlQuery): Promise<SqlResultSet> {
    return query(this.connection, statement)
  }

  executeRaw(statement: SqlQuery): Promise<number> {
    return execute(this.connection, statement)
  }

  async commit(): Promise<void> {
    await commit(this.pool, this.connection).catch(rethrow)
  }

  async rollback(): Promise<void> {
    await rollBack(this.pool, this.connection)
  }

  async createSavepoint(name: string): Promise<void> {
    await this.connection.run(`SAVEPOINT ${name}`).catch(rethrow)
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    await this.connection.run(`ROLLBACK TO SAVEPOINT ${name}`).catch(rethrow)
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.connection.run(`RELEASE SAVEPOINT ${name}`).catch(rethrow)
  }
}

function rethrow(error: unknown): never {
  throw toPrismaError(error)
}
