// BEGIN, the work, COMMIT; and what to do when one of them fails. Used by Sql transactions and by Prisma's.
import { CommitUnknown, DatabaseUnavailable, isConnectionLost } from './errors.js'
import type { Pool } from './pool.js'
import type { PooledConnection } from './pooled-connection.js'
import type { IsolationLevel, RunResult, Sql, SqlValue } from './sql.js'

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it rejects, and then
 * what it threw is thrown on. CommitUnknown when the connection was lost after COMMIT was sent.
 */
export async function runTransaction<T>(
  pool: Pool,
  isolation: IsolationLevel | undefined,
  work: (tx: Sql) => Promise<T>,
) {
  const connection = await beginTransaction(pool, isolation)
  const tx = new TransactionSql(connection)
  let result: T
  try {
    result = await work(tx)
  } catch (error) {
    tx.end()
    await rollBack(pool, connection)
    throw error
  }
  tx.end()
  await commit(pool, connection)
  return result
}

/**
 * Takes a connection and begins. An idle connection may have died unnoticed, and nothing has happened on it yet, so a
 * loss at BEGIN is answered by one other connection. The isolation level is sent only when asked for: SET TRANSACTION
 * pins the session at RDS Proxy until its end.
 */
export async function beginTransaction(
  pool: Pool,
  isolation?: IsolationLevel,
): Promise<PooledConnection> {
  const connection = pool.take() ?? (await pool.acquire())
  try {
    await begin(connection, isolation)
    return connection
  } catch (error) {
    giveUp(pool, connection, 'BEGIN failed')
    // A server that is silent would be so twice, and the page has no time for that.
    if (!(error instanceof DatabaseUnavailable) || error.reason !== 'lost') throw error
  }
  const another = await pool.acquire()
  try {
    await begin(another, isolation)
    return another
  } catch (error) {
    giveUp(pool, another, 'BEGIN failed')
    throw error
  }
}

export async function commit(pool: Pool, connection: PooledConnection): Promise<void> {
  try {
    await connection.run('COMMIT')
  } catch (error) {
    if (error instanceof DatabaseUnavailable && isConnectionLost(error)) {
      giveUp(pool, connection, 'COMMIT got no answer')
      throw new CommitUnknown(
        'The database went away while the change was being saved; it may or may not be there',
        {
          cause: error,
          hint: 'Look before doing it again, or send it again with the same key',
        },
      )
    }
    await rollBack(pool, connection)
    throw error
  }
  pool.release(connection)
}

/** Never throws: whoever rolls back has a better error to tell. A connection that cannot roll back is dropped. */
export async function rollBack(pool: Pool, connection: PooledConnection): Promise<void> {
  if (connection.doomed === undefined) {
    // The server rolls back by itself when the connection is dropped, so a failure here loses nothing.
    await connection.run('ROLLBACK').catch(() => connection.destroy('ROLLBACK failed'))
  }
  pool.release(connection)
}

async function begin(connection: PooledConnection, isolation?: IsolationLevel): Promise<void> {
  if (isolation !== undefined) await connection.run(`SET TRANSACTION ISOLATION LEVEL ${isolation}`)
  await connection.run('BEGIN')
}

function giveUp(pool: Pool, connection: PooledConnection, reason: string): void {
  connection.destroy(reason)
  pool.release(connection)
}

/** The transaction as its work sees it: refuses to be used after the end, when the connection serves somebody else. */
class TransactionSql implements Sql {
  private connection: PooledConnection | undefined

  constructor(connection: PooledConnection) {
    this.connection = connection
  }

  rows<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]> {
    return this.connection ? this.connection.rows(text, values) : Promise.reject(ended())
  }

  run(text: string, values?: readonly SqlValue[]): Promise<RunResult> {
    return this.connection ? this.connection.run(text, values) : Promise.reject(ended())
  }

  end(): void {
    this.connection = undefined
  }
}

function ended(): Error {
  return new Error(
    'This transaction has ended; a statement was sent without awaiting it, or kept the transaction',
  )
}
