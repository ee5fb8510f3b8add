// The two questions one can ask a database in SQL. Transactions and the pool answer them alike.

/** What a placeholder may stand for. Nothing else: an object or an array could smuggle SQL into the text protocol. */
export type SqlValue = string | number | bigint | boolean | Date | Buffer | null

export interface RunResult {
  /** Rows found by the condition and changed; MySQL counts an UPDATE that changes nothing as a found row. */
  affectedRows: number
  /** The AUTO_INCREMENT value, 0 without one. Exact up to 2^53. */
  insertId: number
}

/**
 * SQL with `?` for values, over the text protocol: mysql2 `query()`, never `execute()`, because a server-side prepared
 * statement pins the session at RDS Proxy.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 *
 * Rows are objects. DECIMAL and BIGINT come as strings. So do whole numbers that are computed rather than stored, COUNT,
 * EXISTS, a = b or 1: MySQL makes BIGINTs of them, MariaDB sometimes an INT, so pass them through Number(); '0' is true.
 * Other integers, TINYINT(1), FLOAT and DOUBLE come as numbers, DATE and DATETIME as Date in UTC, TIME and JSON as strings, BIT and BLOB as Buffer. Not exact here, because
 * a reader of our own costs a tenth of a query's CPU: geometry (mysql2's objects; select ST_AsBinary) and the last bit of
 * a DOUBLE of 16 digits (select CAST(x AS CHAR)). Prisma's side reads both exactly.
 * A lost connection, a statement that takes too long and a pool without a free connection throw DatabaseUnavailable;
 * anything the server answers is thrown as mysql2 gives it (see errors.ts).
 */
export interface Sql {
  rows<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>
  run(text: string, values?: readonly SqlValue[]): Promise<RunResult>
}

/** SNAPSHOT, which other databases have, is not one of MySQL's. */
export type IsolationLevel =
  'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'
