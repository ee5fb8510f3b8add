// A connection of its own for migrations. It takes GET_LOCK and several statements at once, and a long ALTER TABLE may
// take its time: nothing of that belongs on the pool. GET_LOCK pins the session at RDS Proxy; here it may, for one
// session while migrations run. At an ordinary start, with nothing to apply, the lock is not taken.
import type { Connection } from 'mysql2'
import { openConnection, discard } from '../connect.js'
import type { Database } from '../database.js'
import { DatabaseUnavailable } from '../errors.js'
import { translateDriverError, type DriverError } from '../errors.js'
import { statementAt } from './script.js'
import type { MigrationFile } from './files.js'

/** The name Prisma's own migrate uses, so that the two wait for each other as well. It is one lock for the whole server. */
const lockName = 'prisma_migrate'
const lockWaitSeconds = 60

export class MigrationConnection {
  private constructor(private readonly raw: Connection) {}

  static async use<T>(
    db: Database,
    work: (connection: MigrationConnection) => Promise<T>,
  ): Promise<T> {
    const raw = await openConnection(db.target, db.options.connectMs, { multipleStatements: true })
    raw.on('error', () => {}) // heard by the statement that is running; between statements the next one fails
    try {
      return await work(new MigrationConnection(raw))
    } finally {
      discard(raw, 'migrations are done') // the lock goes with the connection
    }
  }

  query<Row>(text: string, values: readonly (string | number)[] = []): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.raw.query(text, values as (string | number)[], (error, rows) => {
        if (error) reject(translateDriverError(error, 'migrating'))
        else resolve(rows as unknown as Row[])
      })
    })
  }

  /** Waits for the other process that migrates. Throws DatabaseUnavailable when it takes longer than a minute. */
  async lock(): Promise<void> {
    const [row] = await this.query<{ held: number | null }>('SELECT GET_LOCK(?, ?) AS held', [
      lockName,
      lockWaitSeconds,
    ])
    if (Number(row?.held) === 1) return
    throw new DatabaseUnavailable(
      `Another process has been migrating for more than ${lockWaitSeconds} s`,
      {
        hint: `See which: SELECT * FROM information_schema.processlist WHERE id = IS_USED_LOCK('${lockName}')`,
      },
    )
  }

  /** Whether somebody is migrating on this server now. */
  async isLocked(): Promise<boolean> {
    const [row] = await this.query<{ holder: string | null }>('SELECT IS_USED_LOCK(?) AS holder', [
      lockName,
    ])
    return row?.holder !== null
  }

  /**
   * Runs a whole file in one go. The server splits it: no splitter of ours can disagree with it about quotes, comments
   * or the body of a trigger. Throws a FailedStatement.
   */
  run({ sql, path }: MigrationFile): Promise<void> {
    let done = 0
    return new Promise((resolve, reject) => {
      const fail = (error: DriverError) => {
        this.raw.off('error', fail)
        reject(new FailedStatement(path, done, statementAt(sql, done), error))
      }
      this.raw.on('error', fail) // a connection lost in the middle is told to the connection alone
      const query = this.raw.query(sql)
      query.on('fields', () => (done += 1)) // once for each statement that has been done
      query.on('error', fail)
      query.on('end', () => {
        this.raw.off('error', fail)
        resolve()
      })
    })
  }
}

/** Which statement of which file failed, after how many done, and what the server said. */
export class FailedStatement extends Error {
  constructor(
    readonly path: string,
    readonly done: number,
    readonly statement: string,
    override readonly cause: DriverError,
  ) {
    super(`${path}, statement ${done + 1} (${statement}): ${cause.message}`)
    this.name = 'FailedStatement'
  }
}
