// Sends one of Prisma's statements and gives the answer the shape Prisma reads.
import type { SqlQuery, SqlResultSet } from '@prisma/driver-adapter-utils'
import type { ResultSetHeader } from 'mysql2'
import type { Answer, PooledConnection } from '../pooled-connection.js'
import { toPlaceholderValue } from './arguments.js'
import { columnType, isDateTime, isTime, readColumn, toDateTime, toTime } from './columns.js'
import { toPrismaError } from './errors.js'

export async function query(
  connection: PooledConnection,
  statement: SqlQuery,
): Promise<SqlResultSet> {
  const { result, fields } = await send(connection, statement)
  if (fields === undefined) {
    const { insertId } = result as ResultSetHeader
    return { columnNames: [], columnTypes: [], rows: [], lastInsertId: String(insertId) }
  }
  const rows = result as unknown[][]
  try {
    // Column by column: most have no date or time in them, and their values are already as Prisma wants them.
    fields.forEach((field, index) => {
      if (isDateTime(field)) convert(rows, index, (text) => toDateTime(text, field.name))
      else if (isTime(field)) convert(rows, index, toTime)
    })
  } catch (error) {
    throw toPrismaError(error)
  }
  return { columnNames: fields.map(({ name }) => name), columnTypes: fields.map(columnType), rows }
}

export async function execute(connection: PooledConnection, statement: SqlQuery): Promise<number> {
  const { result, fields } = await send(connection, statement)
  // A statement that returns rows changed none; the official adapter says the same.
  return fields === undefined ? (result as ResultSetHeader).affectedRows : 0
}

async function send(
  connection: PooledConnection,
  { sql, args, argTypes }: SqlQuery,
): Promise<Answer> {
  try {
    const values = args.map((value, index) => toPlaceholderValue(value, argTypes[index]))
    return await connection.answer({
      sql,
      values,
      rowsAsArray: true,
      dateStrings: true,
      typeCast: readColumn,
    })
  } catch (error) {
    throw toPrismaError(error)
  }
}

function convert(rows: unknown[][], index: number, read: (text: string) => string): void {
  for (const row of rows) {
    const text = row[index]
    if (typeof text === 'string') row[index] = read(text)
  }
}
