// One connection of the pool: sends statements, and remembers whether it may be used again.
import type { Connection, FieldPacket, QueryOptions } from 'mysql2'
import { discard } from './connect.js'
import { isFatal, isReadOnly, translateDriverError, type DriverError } from './errors.js'
import type { RunResult, SqlValue } from './sql.js'

/** mysql2's answer: rows with their columns, or a header with counts. */
export interface Answer {
  result: unknown
  fields: FieldPacket[] | undefined
}

export class PooledConnection {
  /** Why this connection must not go back to the pool; undefined while it may. */
  doomed: string | undefined
  /** Milliseconds of performance.now(). */
  readonly openedAt = performance.now()
  /** Spreads the ends of connections opened together over a fifth of their lifetime. */
  readonly lifetimeFactor = 0.9 + 0.2 * Math.random()
  usedSince = this.openedAt
  idleSince = this.openedAt
  /** What it does or did last, without values: for the message of a pool that is exhausted. */
  lastStatement = ''

  constructor(
    readonly raw: Connection,
    /** Connections opened before the pool's last flush have a lower one. */
    readonly generation: number,
    private readonly statementMs: number,
    private readonly onReadOnly: () => void,
  ) {}

  async rows<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]> {
    try {
      return (await this.send({
        sql: text,
        values,
        timeout: this.statementMs,
      } as QueryOptions)) as Row[]
    } catch (error) {
      throw withCallerStack(error as Error)
    }
  }

  async run(text: string, values?: readonly SqlValue[]): Promise<RunResult> {
    try {
      const header = (await this.send({
        sql: text,
        values,
        timeout: this.statementMs,
      } as QueryOptions)) as RunResult
      // bigNumberStrings makes strings of numbers beyond 2^53; their type does not say so.
      return { affectedRows: toNumber(header.affectedRows), insertId: toNumber(header.insertId) }
    } catch (error) {
      throw withCallerStack(error as Error)
    }
  }

  /** For callers that need the columns as well, and their own way of reading values. */
  answer(options: QueryOptions): Promise<Answer> {
    options.timeout = this.statementMs
    return new Promise((resolve, reject) => {
      this.lastStatement = options.sql
      this.raw.query(options, (error, result, fields) => {
        if (error) reject(this.failed(error, options.sql))
        else resolve({ result, fields })
      })
    })
  }

  /** Ends the socket at once. What is still waiting for an answer fails. */
  destroy(reason: string): void {
    this.doomed ??= reason
    discard(this.raw, reason)
  }

  private send(options: QueryOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.lastStatement = options.sql
      this.raw.query(options, (error, result) => {
        if (error) reject(this.failed(error, options.sql))
        else resolve(result)
      })
    })
  }

  private failed(error: DriverError, text: string): Error {
    // mysql2 puts the statement with all its values here, and whoever logs the error would log them: names, notes.
    if (error.sql !== undefined) error.sql = text
    if (isFatal(error)) this.doomed ??= error.message
    // After a time-out the server may still be busy with the statement; its late answer must reach nobody.
    if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') this.destroy('a statement took too long')
    if (isReadOnly(error)) this.onReadOnly()
    return translateDriverError(error, `running ${shorten(text)}`)
  }
}

function toNumber(count: number | string): number {
  return Number(count)
}

/** The start of a statement on one line. Without values, since those are placeholders. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

/** An error made in a socket callback knows no caller. Captured here, after an await, the stack names who asked. */
function withCallerStack(error: Error): Error {
  Error.captureStackTrace(error, withCallerStack)
  return error
}
