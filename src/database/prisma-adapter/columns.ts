// MySQL's column types in Prisma's words, and the few values whose text has to be read differently.
import { ColumnTypeEnum, type ColumnType } from '@prisma/driver-adapter-utils'
import type { FieldPacket, TypeCastField, TypeCastNext } from 'mysql2'
import { InconsistentValue } from './errors.js'

// https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html
const types = {
  decimal: 0, tiny: 1, short: 2, long: 3, float: 4, double: 5, null: 6, timestamp: 7, longlong: 8, int24: 9, date: 10,
  time: 11, datetime: 12, year: 13, bit: 16, vector: 242, json: 245, newdecimal: 246, geometry: 255,
} as const // prettier-ignore
const unsignedFlag = 32
const enumFlag = 256
const setFlag = 2048
/** The character set of bytes that are not text. */
const binaryCharset = 63

const byType: Readonly<Record<number, ColumnType>> = {
  [types.decimal]: ColumnTypeEnum.Numeric,
  [types.newdecimal]: ColumnTypeEnum.Numeric,
  [types.tiny]: ColumnTypeEnum.Int32,
  [types.short]: ColumnTypeEnum.Int32,
  [types.int24]: ColumnTypeEnum.Int32,
  [types.year]: ColumnTypeEnum.Int32,
  [types.null]: ColumnTypeEnum.Int32,
  [types.longlong]: ColumnTypeEnum.Int64,
  [types.float]: ColumnTypeEnum.Float,
  [types.double]: ColumnTypeEnum.Double,
  [types.date]: ColumnTypeEnum.Date,
  [types.datetime]: ColumnTypeEnum.DateTime,
  [types.timestamp]: ColumnTypeEnum.DateTime,
  // As a date and time counted from 1970-01-01: Prisma's own Time cannot say -12:00:00 or 25:00:00, and MySQL can.
  [types.time]: ColumnTypeEnum.DateTime,
  [types.json]: ColumnTypeEnum.Json,
  [types.bit]: ColumnTypeEnum.Bytes,
  [types.geometry]: ColumnTypeEnum.Bytes,
  [types.vector]: ColumnTypeEnum.Bytes,
}

export function columnType(field: FieldPacket): ColumnType {
  const { columnType: type = -1, flags, characterSet } = field
  if (type === types.long) {
    return Number(flags) & unsignedFlag ? ColumnTypeEnum.Int64 : ColumnTypeEnum.Int32
  }
  const known = byType[type]
  if (known !== undefined) return known
  // MariaDB's JSON is a LONGTEXT whose column says so.
  if ((field as { extendedFormat?: string }).extendedFormat === 'json') return ColumnTypeEnum.Json
  if (Number(flags) & enumFlag) return ColumnTypeEnum.Enum
  if (Number(flags) & setFlag) return ColumnTypeEnum.Set
  return characterSet === binaryCharset ? ColumnTypeEnum.Bytes : ColumnTypeEnum.Text
}

export function isDateTime({ columnType: type }: FieldPacket): boolean {
  return type === types.datetime || type === types.timestamp || type === types.date
}

export function isTime({ columnType: type }: FieldPacket): boolean {
  return type === types.time
}

/**
 * mysql2's hook for reading a value. Geometry and vectors stay bytes: mysql2 would parse them into objects. Floating-point
 * numbers are parsed by JavaScript, exactly; mysql2 adds up the digits of short ones and can miss by the last bit.
 */
export function readColumn(field: TypeCastField, next: TypeCastNext): unknown {
  switch (field.type) {
    case 'GEOMETRY':
    case 'VECTOR':
      return field.buffer()
    case 'DOUBLE':
    case 'FLOAT': {
      const text = field.string('ascii')
      return text === null ? null : Number(text)
    }
    default:
      return next()
  }
}

/**
 * '2026-11-23 10:42:00.123' or '2026-11-23', read as UTC. Digits beyond the millisecond are kept here and dropped by
 * JavaScript's Date. A TIMESTAMP is shown in the session's zone, which we do not set: written and read in one zone it
 * comes back, between zones it does not. The café uses DATETIME. MySQL can hold dates that no calendar has, like
 * 0000-00-00: refused, naming the column.
 */
export function toDateTime(text: string, column: string): string {
  if (text.startsWith('00', 5) || text.startsWith('00', 8)) {
    throw new InconsistentValue(`Column ${column} holds ${text}, which is no date`)
  }
  return text.length === 10 ? text : `${text.slice(0, 10)}T${text.slice(11)}Z`
}

/** '-838:59:59.000000' as the instant that far from 1970-01-01T00:00:00Z. */
export function toTime(text: string): string {
  const [, sign, hours, minutes, seconds] = /^(-?)(\d+):(\d+):([\d.]+)$/.exec(text) ?? []
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.trunc(Number(seconds) * 1000)
  return new Date(sign === '-' ? -ms : ms).toISOString()
}
