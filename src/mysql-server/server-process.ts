// One server process: begun, waited for until it answers a login, and explained when it does not.
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedError } from '../errors.js'
import { logIn } from './accounts.js'
import type { Accounts, Home } from './home.js'
import { logSince, logSize, tellingLines } from './log.js'
import type { MysqldBinary } from './version.js'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface ServerProcess {
  child: ChildProcess
  gone: Promise<Exit>
  /** Where this start's lines begin in the log file. */
  logFrom: number
}

/** Somebody took the port between our look and the server's. */
export class PortTaken extends ExpectedError {}

/** Recovery of a large redo log is slow, and a server that is still reading it is not a broken one. */
const readyWithinMs = 180_000
const slowAfterMs = 3000
const pollMs = 25

export async function begin(
  binary: MysqldBinary,
  args: string[],
  home: Home,
): Promise<ServerProcess> {
  const logFrom = await logSize(home.log)
  // A process group of its own: Ctrl-C in a terminal goes to the whole group, and the café must drain before the
  // database ends. stdio to nowhere: what the server has to say is in its log file.
  const child = spawn(binary.path, args, { detached: true, stdio: 'ignore', cwd: home.data })
  const gone = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null })) // it could not even be started
  })
  // However this process ends, short of a kill -9, the server is told to end as well.
  const tell = () => child.kill('SIGTERM')
  process.once('exit', tell)
  void gone.then(() => process.off('exit', tell))
  return { child, gone, logFrom }
}

/** Returns when the application's account can log in; a port that accepts connections does not mean that yet. */
export async function untilReady(
  server: ServerProcess,
  socketPath: string,
  accounts: Accounts,
  log: (message: string) => void,
): Promise<void> {
  let hasEnded = false
  void server.gone.then(() => (hasEnded = true))
  const startedAt = performance.now()
  let isSlowTold = false
  while (!hasEnded) {
    try {
      return await logIn(socketPath, accounts)
    } catch (error) {
      const elapsedMs = performance.now() - startedAt
      if (elapsedMs > readyWithinMs) throw error
      if (elapsedMs > slowAfterMs && !isSlowTold) {
        log('Waiting for the database server (after a crash it repairs its files first)')
        isSlowTold = true
      }
    }
    await delay(pollMs)
  }
  throw new Error('The server ended before it was ready')
}

/** What a person needs who reads this at night: which program, what it said itself, and what to do. */
export async function explain(
  cause: unknown,
  server: ServerProcess,
  binary: MysqldBinary,
  home: Home,
  port: number,
): Promise<ExpectedError> {
  const log = await logSince(home.log, server.logFrom)
  if (/Address already in use|Bind on TCP\/IP port/i.test(log)) {
    return new PortTaken('unavailable', `The database server's port ${port} is taken.`, { cause })
  }
  const said = tellingLines(log) || (cause as Error).message
  return new ExpectedError('unavailable', `${binary.path} did not start:\n${said}`, {
    hint: hintFor(log, binary, home),
    cause,
  })
}

function hintFor(log: string, binary: MysqldBinary, home: Home): string {
  if (/No space left|errno: 28\b/.test(log)) return `Make room on the disk that holds ${home.root}.`
  if (/errno: 13\b|Permission denied/.test(log)) {
    // Ubuntu's mysql-server package brings a profile that keeps mysqld inside /var/lib/mysql.
    return (
      `${home.data} must be readable and writable for this user. If it is, AppArmor may confine the program:\n` +
      `see with: sudo aa-status | grep ${binary.path}; allow with: sudo aa-complain ${binary.path}`
    )
  }
  return `The whole story is in ${home.log}`
}
