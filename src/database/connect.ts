// Opens one physical connection: asks for the credentials, dials, logs in, and says what went wrong in words that help.
import mysql from 'mysql2'
import type { Connection, ConnectionOptions } from 'mysql2'
import { formatAddress, type DatabaseTarget } from './address.js'
import { DatabaseUnavailable, isAccessDenied, type DriverError } from './errors.js'

/** SERVER_STATUS_NO_BACKSLASH_ESCAPES: under that sql_mode `\'` ends a string, and escaped text could become SQL. */
const noBackslashEscapes = 0x200

/**
 * Dials and logs in. MySQL checks the password only now, so after a refusal (1045) the credentials are asked once more:
 * a secret rotated a moment ago is then the new one. A second refusal is a real one. No SET is sent: it would pin the
 * session at RDS Proxy. Throws DatabaseUnavailable.
 */
export async function openConnection(
  target: DatabaseTarget,
  connectMs: number,
  extra: ConnectionOptions = {},
): Promise<Connection> {
  try {
    return await dial(target, connectMs, extra)
  } catch (error) {
    if (!isAccessDenied(error)) throw describe(error, target, connectMs)
  }
  try {
    return await dial(target, connectMs, extra)
  } catch (error) {
    throw describe(error, target, connectMs)
  }
}

async function dial(
  target: DatabaseTarget,
  connectMs: number,
  extra: ConnectionOptions,
): Promise<Connection> {
  const { password } = await askForCredentials(target, connectMs)
  const connection = mysql.createConnection({
    ...connectionOptions(target, password, connectMs),
    ...extra,
  })
  const handshake = await new Promise<{ statusFlags?: number }>((resolve, reject) => {
    connection.once('connect', resolve)
    connection.once('error', (error: DriverError) => {
      // Read before the socket forgets it: a server that accepts and stays silent is not an unreachable one.
      const accepted =
        (connection as { stream?: { bytesRead?: number; connecting?: boolean } }).stream
          ?.connecting === false
      reject(Object.assign(error, { accepted }))
    })
  }).catch((error: unknown) => {
    // A refused login may be followed by the server hanging up, and an 'error' nobody hears ends the process.
    connection.on('error', () => {})
    discard(connection, 'the login failed')
    throw error
  })
  connection.removeAllListeners('error')
  if (((handshake.statusFlags ?? 0) & noBackslashEscapes) !== 0) {
    connection.on('error', () => {})
    discard(connection, 'sql_mode')
    throw new DatabaseUnavailable(
      'The database server runs with sql_mode NO_BACKSLASH_ESCAPES, which the café cannot use',
      {
        reason: 'unreachable',
        hint: "Remove it: SET GLOBAL sql_mode = REPLACE(@@GLOBAL.sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
      },
    )
  }
  return connection
}

/** Ends the socket at once; whatever still waits on this connection fails with `reason`. */
export function discard(connection: Connection, reason: string): void {
  const { stream } = connection as { stream?: { destroy(error?: Error): void } }
  stream?.destroy(
    Object.assign(new Error(`Connection dropped: ${reason}`), { code: 'PROTOCOL_CONNECTION_LOST' }),
  )
}

/** Credentials may come from another service; without a limit its silence would hold a place in the pool for good. */
async function askForCredentials(
  target: DatabaseTarget,
  limitMs: number,
): Promise<{ password: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([target.credentials(), late])
  } catch (cause) {
    throw new DatabaseUnavailable(
      `The database credentials could not be had: ${messageOf(cause)}`,
      { cause, reason: 'denied' },
    )
  } finally {
    clearTimeout(timer)
  }
}

function connectionOptions(
  target: DatabaseTarget,
  password: string,
  connectMs: number,
): ConnectionOptions {
  const { address, user, tls } = target
  return {
    ...address,
    user,
    password,
    connectTimeout: connectMs,
    charset: 'UTF8MB4_UNICODE_CI',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    stringifyObjects: true,
    // An IAM token travels as mysql_clear_password, so only inside TLS that has verified the server.
    enableCleartextPlugin: tls !== undefined,
    ...(tls && {
      ssl: {
        ...(tls.ca !== undefined && { ca: tls.ca }),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        verifyIdentity: tls.verifyIdentity,
      },
    }),
  }
}

function describe(error: unknown, target: DatabaseTarget, connectMs: number): DatabaseUnavailable {
  if (error instanceof DatabaseUnavailable) return error
  const where = formatAddress(target.address)
  const { code, accepted } = error as DriverError & { accepted?: boolean }
  return new DatabaseUnavailable(connectMessage(), {
    cause: error,
    reason: isAccessDenied(error) ? 'denied' : 'unreachable',
  })

  function connectMessage(): string {
    if (code !== 'ETIMEDOUT')
      return `Cannot connect to the database at ${where}: ${messageOf(error)}`
    if (!accepted) return `The database at ${where} was not reached within ${connectMs} ms`
    return `The database at ${where} accepted the connection but did not answer within ${connectMs} ms`
  }
}

/** Node reports a host with several addresses as an AggregateError without a message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  if (error instanceof Error) return error.message || (error as DriverError).code || error.name
  return String(error)
}
