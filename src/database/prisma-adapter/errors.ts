// What the server or the pool says, in Prisma's words: the driver error kinds that Prisma turns into P2002 and the like.
import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import {
  DriverAdapterError,
  type Error as PrismaErrorPayload,
  type MappedError,
} from '@prisma/driver-adapter-utils'
import {
  DatabaseUnavailable,
  duplicateKey,
  type DriverError,
  type UnavailableReason,
} from '../errors.js'

/** A value that has no MySQL literal: P2007. */
export class InvalidValue extends DriverAdapterError {
  constructor(message: string) {
    super({ kind: 'InvalidInputValue', message })
  }
}

/** A value that has no JavaScript counterpart: P2023. */
export class InconsistentValue extends DriverAdapterError {
  constructor(message: string) {
    super({ kind: 'InconsistentColumnData', cause: message, originalMessage: message })
  }
}

/** Carries the error it stands for, so that isDuplicateKey and its like find the server's own words. */
class AdapterError extends DriverAdapterError {
  constructor(
    payload: PrismaErrorPayload,
    readonly source: unknown,
  ) {
    super(payload)
  }
}

export function invalidIsolationLevel(level: string): Error {
  return new DriverAdapterError({ kind: 'InvalidIsolationLevel', level })
}

/**
 * Errors of the server become Prisma's kinds. A DatabaseUnavailable becomes the finished Prisma error with our message:
 * of an unreachable server Prisma would only say "Can't reach database server". What is neither is returned unchanged.
 */
export function toPrismaError(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) {
    return new PrismaClientKnownRequestError(error.message, {
      code: unavailableCodes[error.reason],
      clientVersion: '7',
      meta: { driverAdapterError: error },
    })
  }
  const { errno, sqlMessage = '' } = error as DriverError
  if (error instanceof DriverAdapterError || errno === undefined) return error
  const kind = serverErrorKind(error as DriverError)
  return new AdapterError(
    { originalCode: String(errno), originalMessage: sqlMessage, ...kind },
    error,
  )
}

/** https://www.prisma.io/docs/orm/reference/error-reference */
const unavailableCodes: Readonly<Record<UnavailableReason, string>> = {
  unreachable: 'P1001',
  denied: 'P1000',
  busy: 'P2024',
  silent: 'P1008',
  lost: 'P1017',
  'read-only': 'P2039',
  closed: 'P1017',
}

/** https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
function serverErrorKind(error: DriverError): MappedError {
  const { errno = 0, sqlMessage = '', sqlState = '' } = error
  const quoted = (position: number) => [...sqlMessage.matchAll(/'([^']*)'/g)].at(position)?.[1]
  switch (errno) {
    case 1062: {
      const { key, table } = duplicateKey(sqlMessage)
      return {
        kind: 'UniqueConstraintViolation',
        ...(key && { constraint: { index: key } }),
        ...(table && { table }),
      }
    }
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return { kind: 'ForeignKeyConstraintViolation', ...foreignKeyFields(sqlMessage) }
    case 1048:
    case 1263:
    case 1364: {
      const field = quoted(0)
      return { kind: 'NullConstraintViolation', ...(field && { constraint: { fields: [field] } }) }
    }
    case 1406: {
      const column = quoted(0)
      return { kind: 'LengthMismatch', ...(column && { column }) }
    }
    case 1264:
    case 1690:
      return { kind: 'ValueOutOfRange', cause: sqlMessage }
    case 1020:
    case 1205:
    case 1213:
      return { kind: 'TransactionWriteConflict' }
    case 1146: {
      const table = quoted(0)?.split('.').at(-1)
      return { kind: 'TableDoesNotExist', ...(table && { table }) }
    }
    case 1054: {
      const column = quoted(0)
      return { kind: 'ColumnNotFound', ...(column && { column }) }
    }
    case 1191:
      return { kind: 'MissingFullTextSearchIndex' }
    case 1049:
    case 1044: {
      const db = quoted(-1)
      return {
        kind: errno === 1049 ? 'DatabaseDoesNotExist' : 'DatabaseAccessDenied',
        ...(db && { db }),
      }
    }
    default:
      return { kind: 'mysql', code: errno, message: sqlMessage, state: sqlState }
  }
}

/** "… CONSTRAINT `name` FOREIGN KEY (`a`, `b`) REFERENCES …"; without rights on the parent the server says less. */
function foreignKeyFields(sqlMessage: string): { constraint?: { fields: string[] } } {
  const columns = /FOREIGN KEY \(([^)]+)\)/.exec(sqlMessage)?.[1]
  return columns
    ? { constraint: { fields: [...columns.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name) } }
    : {}
}
