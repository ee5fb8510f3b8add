// What went wrong in the database, whichever way it reached us: a mysql2 error, or the same one inside a
// DatabaseUnavailable or a Prisma error. Prisma's own codes (P2002 …) are made in prisma-adapter/errors.ts.
import { ExpectedError } from '../errors.js'

/** What mysql2 throws: `errno` and `sqlState` from the server, or a `code` of its own or of the socket. */
export interface DriverError extends Error {
  errno?: number
  code?: string
  sqlState?: string
  sqlMessage?: string
  sql?: string
}

/** unreachable and denied: no connection was made; busy: the pool had none free; silent: a statement got no answer. */
export type UnavailableReason =
  'unreachable' | 'denied' | 'busy' | 'silent' | 'lost' | 'read-only' | 'closed'

/** The database cannot be reached, does not answer, or takes no writes now. Trying again later may help. */
export class DatabaseUnavailable extends ExpectedError {
  readonly reason: UnavailableReason

  constructor(
    message: string,
    details: { hint?: string; cause?: unknown; reason?: UnavailableReason } = {},
  ) {
    super('unavailable', message, details)
    this.reason = details.reason ?? 'lost'
  }
}

/** COMMIT was sent and no answer came: nobody knows whether it happened. Ask the database before doing it again. */
export class CommitUnknown extends DatabaseUnavailable {}

/** 1062. With `keyName`, only that key; MySQL says `table.key` and MariaDB `key`. */
export function isDuplicateKey(error: unknown, keyName?: string): boolean {
  return some(error, ({ errno, sqlMessage }) => {
    if (errno !== 1062) return false
    return keyName === undefined || duplicateKey(sqlMessage ?? '').key === keyName
  })
}

/** A deadlock (1213), a lock not had in time (1205), or MariaDB's "changed since last read" (1020): run it again. */
export function isDeadlock(error: unknown): boolean {
  return hasErrno(error, [1213, 1205, 1020])
}

/** The server, or what stands for it, refuses writes: after a failover this connection still leads to the old writer. */
export function isReadOnly(error: unknown): boolean {
  return hasErrno(error, [1290, 1792, 1836])
}

/** 3819 on MySQL, 4025 on MariaDB. With `name`, only that CHECK constraint. */
export function isCheckViolation(error: unknown, name?: string): boolean {
  return some(error, ({ errno, sqlMessage }) => {
    if (errno !== 3819 && errno !== 4025) return false
    const found = /constraint [`']([^`']+)[`']/i.exec(sqlMessage ?? '')?.[1]
    return name === undefined || found?.split('.').at(-1) === name
  })
}

const lostCodes = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ERROR',
  'PROTOCOL_UNEXPECTED_PACKET',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

// Shutdown, aborted and killed connections, too many connections, an idle connection closed by the server (4031), and
// RDS Proxy's "timed-out waiting to acquire database connection" (9501).
const lostErrnos = [
  1040, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1203, 1927, 2006, 2013, 4031, 9501,
]

/** The connection is gone, or was never made. What was running may or may not have happened. */
export function isConnectionLost(error: unknown): boolean {
  return some(error, isLost)
}

/** True for anything that retrying later may heal: a DatabaseUnavailable, bare or inside a Prisma error. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return chain(error).some((each) => each instanceof DatabaseUnavailable)
}

/** 1045: wrong password, expired token, or a user unknown on that host. */
export function isAccessDenied(error: unknown): boolean {
  return hasErrno(error, [1045])
}

/** After this error the connection is of no more use, whoever holds it. */
export function isFatal(error: DriverError & { fatal?: boolean }): boolean {
  return error.fatal === true || isLost(error) || isReadOnly(error)
}

/**
 * Says a driver error in the words of DatabaseUnavailable when it is one, and returns it unchanged when the server
 * answered. 1317, 1969 and 3024 are statements stopped by the server, at shutdown or after a time limit.
 */
export function translateDriverError(error: DriverError, whileDoing: string): Error {
  if (error.code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
    return new DatabaseUnavailable(`The database did not answer in time while ${whileDoing}`, {
      cause: error,
      reason: 'silent',
    })
  }
  if (isReadOnly(error)) {
    const message = 'The database accepts no writes at the moment'
    return new DatabaseUnavailable(message, { cause: error, reason: 'read-only' })
  }
  if (isLost(error) || hasErrno(error, [1317, 1969, 3024])) {
    return new DatabaseUnavailable(`The database went away while ${whileDoing}: ${error.message}`, {
      cause: error,
    })
  }
  return error
}

/** Splits "Duplicate entry '…' for key 'table.key'". The entry may hold quotes and dots of its own, so read from the end. */
export function duplicateKey(sqlMessage: string): { table?: string; key?: string } {
  const name = /for key '([^']+)'$/.exec(sqlMessage)?.[1]
  if (name === undefined) return {}
  const dot = name.lastIndexOf('.')
  return dot < 0 ? { key: name } : { table: name.slice(0, dot), key: name.slice(dot + 1) }
}

function isLost({ code, errno }: DriverError & { fatal?: boolean }): boolean {
  return (
    (code !== undefined && lostCodes.has(code)) ||
    (errno !== undefined && lostErrnos.includes(errno))
  )
}

function hasErrno(error: unknown, errnos: readonly number[]): boolean {
  return some(error, ({ errno }) => errno !== undefined && errnos.includes(errno))
}

function some(error: unknown, test: (error: DriverError) => boolean): boolean {
  return chain(error).some((each) => each instanceof Error && test(each))
}

/** The error, what caused it, and what Prisma wrapped: `meta.driverAdapterError`, whose `source` is our own error. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = []
  const pending: unknown[] = [error]
  while (pending.length > 0 && found.length < 16) {
    const next = pending.shift()
    if (typeof next !== 'object' || next === null || found.includes(next)) continue
    found.push(next)
    const { cause, source, meta } = next as {
      cause?: unknown
      source?: unknown
      meta?: { driverAdapterError?: unknown }
    }
    pending.push(source, meta?.driverAdapterError, cause)
  }
  return found
}
