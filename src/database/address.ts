// Reads DATABASE_URL into what a connection needs. The only place that knows how such a URL is written.
import { readFileSync } from 'node:fs'
import { ExpectedError } from '../errors.js'

export type Address =
  { host: string; port: number; database: string } | { socketPath: string; database: string }

/** Called for every physical connection, so that a rotated secret or a fresh token is used from then on. */
export type Credentials = () => Promise<{ password: string }>

/**
 * TLS that verifies: the chain always, the host name unless the server's certificate names none. Give the host by name:
 * of an IP address mysql2 passes nothing on, and the certificate would have to name localhost.
 */
export interface Tls {
  /** Trusted roots in PEM; without them Node's own. */
  ca?: string
  verifyIdentity: boolean
}

export interface DatabaseTarget {
  address: Address
  user: string
  credentials: Credentials
  tls?: Tls
}

const hint =
  'Write it like mysql://user:password@host:3306/database, the password percent-encoded; optional: ?ssl-mode=VERIFY_IDENTITY&ssl-ca=/path/to/roots.pem or ?socket=/path'

/**
 * Reads `mysql://user:password@host:port/database`. Options, named as in the mysql client: `ssl-mode` (DISABLED, VERIFY_CA
 * or VERIFY_IDENTITY; encryption without verification is not offered), `ssl-ca` (a PEM file), `socket` (a path; the host
 * is then ignored). Throws ExpectedError without repeating the URL, which holds a password.
 */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  if (!URL.canParse(text)) throw invalid('is not a URL')
  const url = new URL(text)
  if (url.protocol !== 'mysql:') throw invalid(`begins with ${url.protocol} instead of mysql:`)
  const database = decode(url.pathname.slice(1), 'database')
  if (database === '') throw invalid('names no database')
  const password = decode(url.password, 'password')
  const tls = readTls(url.searchParams)
  return {
    address: readAddress(url, database),
    user: decode(url.username, 'user') || 'root',
    credentials: () => Promise.resolve({ password }),
    ...(tls && { tls }),
  }
}

/** The address as people write it, for messages: never with user or password. */
export function formatAddress(address: Address): string {
  if ('socketPath' in address) return address.socketPath
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}

function readAddress(url: URL, database: string): Address {
  const socketPath = url.searchParams.get('socket')
  if (socketPath) return { socketPath, database }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') throw invalid('names no host')
  return { host, port: url.port === '' ? 3306 : Number(url.port), database }
}

function readTls(options: URLSearchParams): Tls | undefined {
  for (const name of options.keys()) {
    if (!['ssl-mode', 'ssl-ca', 'socket'].includes(name))
      throw invalid(`has an unknown option ${name}`)
  }
  const caFile = options.get('ssl-ca')
  const mode = (options.get('ssl-mode') ?? (caFile ? 'VERIFY_IDENTITY' : 'DISABLED')).toUpperCase()
  if (mode === 'DISABLED') return undefined
  if (mode !== 'VERIFY_CA' && mode !== 'VERIFY_IDENTITY') {
    throw invalid(`has ssl-mode=${mode}; use DISABLED, VERIFY_CA or VERIFY_IDENTITY`)
  }
  return { ...(caFile && { ca: readRoots(caFile) }), verifyIdentity: mode === 'VERIFY_IDENTITY' }
}

function readRoots(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ExpectedError('invalid', `ssl-ca of the database URL cannot be read: ${path}`, {
      hint,
      cause,
    })
  }
}

function decode(part: string, name: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalid(`has a ${name} that is not percent-encoded correctly`)
  }
}

function invalid(problem: string): ExpectedError {
  return new ExpectedError('invalid', `The database URL ${problem}`, { hint })
}
