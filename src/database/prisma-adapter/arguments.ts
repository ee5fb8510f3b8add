// Prisma's argument values as MySQL literals. mysql2 writes them into the statement's text (no prepared statements), so
// here is decided what is quoted. Everything that is not plainly a number is.
import type { ArgType } from '@prisma/driver-adapter-utils'
import { InvalidValue } from './errors.js'

/** A value as mysql2 escapes it, or a literal of ours that it copies. */
type PlaceholderValue =
  string | number | bigint | boolean | Buffer | null | { toSqlString(): string }

const plainNumber = /^-?\d+(\.\d+)?$/
const exponentNumber = /^-?\d+(\.\d+)?e[+-]?\d+$/i
const dayMs = 24 * 60 * 60 * 1000
/** TIME holds ±838:59:59. https://dev.mysql.com/doc/refman/8.4/en/time.html */
const timeMsMax = (838 * 3600 + 59 * 60 + 59) * 1000 + 999

/** Throws InvalidValue for what MySQL has no literal for: NaN, a list, an invalid date. */
export function toPlaceholderValue(value: unknown, type: ArgType | undefined): PlaceholderValue {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return toDateText(value, type?.dbType)
  if (typeof value === 'string') return fromText(value, type)
  if (typeof value === 'number') return toNumber(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return value
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Array.isArray(value))
    throw new InvalidValue('A list cannot stand for one value; use Prisma.join(list)')
  throw new InvalidValue(`A value of type ${typeof value} cannot be sent to MySQL`)
}

function fromText(value: string, type: ArgType | undefined): PlaceholderValue {
  switch (type?.scalarType) {
    case 'bigint':
      return BigInt(value)
    case 'decimal':
      return toDecimal(value)
    case 'datetime':
      return toDateText(new Date(value), type.dbType)
    case 'bytes':
      return Buffer.from(value, 'base64')
    default:
      return value
  }
}

/** Unquoted, because MySQL compares a quoted decimal as a floating-point number: 0.1 and 65 digits would not be exact. */
function toDecimal(value: string): PlaceholderValue {
  if (plainNumber.test(value)) return { toSqlString: () => value }
  // Quoted, MySQL still stores "1e+30" in a DECIMAL column exactly; unquoted it would be a DOUBLE.
  if (exponentNumber.test(value)) return value
  throw new InvalidValue(`${value} is not a number MySQL knows`)
}

/** A JavaScript number is a double: 0.1 without an exponent would be a DECIMAL literal to MySQL. */
function toNumber(value: number): PlaceholderValue {
  if (!Number.isFinite(value)) throw new InvalidValue(`${value} is not a number MySQL knows`)
  if (Number.isInteger(value)) return value
  const text = String(value)
  return { toSqlString: () => (text.includes('e') ? text : `${text}e0`) }
}

/** Times are UTC in the database, whatever the session's zone is. */
function toDateText(date: Date, dbType: string | undefined): string {
  if (Number.isNaN(date.getTime()))
    throw new InvalidValue('An invalid date cannot be sent to MySQL')
  const [day = '', time = ''] = date.toISOString().slice(0, -1).split('T')
  switch (dbType) {
    case 'DATE':
    case 'NEWDATE':
      return day
    case 'TIME':
    case 'TIME2':
      return toTimeText(date.getTime())
    default:
      return `${day} ${withoutZeroFraction(time)}`
  }
}

/**
 * A TIME is a duration, and Prisma shows it as a Date counted from 1970-01-01. Durations MySQL can hold are written
 * whole, so that what was read can be written; of any later day only the time of day is, as the official adapter does.
 */
function toTimeText(epochMs: number): string {
  const isDuration = Math.abs(epochMs) <= timeMsMax
  const ms = isDuration ? Math.abs(epochMs) : ((epochMs % dayMs) + dayMs) % dayMs
  const hours = String(Math.floor(ms / 3_600_000)).padStart(2, '0')
  const rest = new Date(ms % 3_600_000).toISOString().slice(14, -1)
  return withoutZeroFraction(`${isDuration && epochMs < 0 ? '-' : ''}${hours}:${rest}`)
}

function withoutZeroFraction(time: string): string {
  return time.endsWith('.000') ? time.slice(0, -4) : time
}
