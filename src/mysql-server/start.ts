// Runs a MySQL or MariaDB server on the café's data directory, as a child process that outlives nothing but a kill -9.
import { mkdir, rm } from 'node:fs/promises'
import { writeInitFile } from './accounts.js'
import {
  type Accounts,
  type Home,
  homeOf,
  readOrMakeAccounts,
  type ServerState,
  writeJson,
} from './home.js'
import { familyOfData, initialise } from './initialise.js'
import { takeLock } from './lock.js'
import { stopOrphan } from './orphan.js'
import { chooseSocketPath, freePort, removeSocket } from './place.js'
import { identify } from './processes.js'
import {
  begin,
  type Exit,
  explain,
  PortTaken,
  type ServerProcess,
  untilReady,
} from './server-process.js'
import { serverArguments, type Settings } from './settings.js'
import { checkVersion, type Family, type MysqldBinary } from './version.js'

/** A running server and the accounts on it. */
export interface MysqlServer {
  host: string
  port: number
  socketPath: string
  /** The application's account: every right on cafe_db, none elsewhere. */
  user: string
  password: string
  /** root@localhost, by the socket only. */
  rootPassword: string
  family: Family
  version: string
  pid: number
  /** Ends it in order: what it holds in memory goes to disk. */
  stop(): Promise<void>
  /** SIGKILL, for tests and drills. */
  kill(): void
  /** Settles when the process is gone, whoever ended it, and its data directory is free again. */
  exited: Promise<Exit>
}

export interface StartOptions {
  binary: MysqldBinary
  /** The café's data directory (CAFE_DATA_DIR); the server's files lie in mysql/ under it. */
  dataDir: string
  /** 0, the default, is a free one. */
  port?: number
  /** For a second start whose clients know the first one's socket already. */
  socketPath?: string
  settings?: Settings
  /** Told about every step that takes longer than a moment. */
  log?: (message: string) => void
}

const stopWithinMs = 60_000
const portAttempts = 5

/** Refuses while another process runs a server on the same directory; takes the place of one that was left behind. */
export async function startMysqlServer(options: StartOptions): Promise<MysqlServer> {
  const { binary, dataDir, log = () => undefined } = options
  const warning = checkVersion(binary)
  if (warning) log(warning)
  const home = homeOf(dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const unlock = await takeLock(home.lock)
  try {
    await stopOrphan(home, log)
    if (!(await familyOfData(dataDir)))
      log(`Making a new ${binary.family} database in ${home.root}`)
    await initialise(binary, dataDir)
    return await startOnFreePort({ ...options, log }, home, unlock)
  } catch (error) {
    await unlock()
    throw error
  }
}

type Unlock = () => Promise<void>

async function startOnFreePort(
  options: StartOptions & { log: (message: string) => void },
  home: Home,
  unlock: Unlock,
): Promise<MysqlServer> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort())
    try {
      return await startOnce(options, home, port, unlock)
    } catch (error) {
      const isWorthAnother = error instanceof PortTaken && !options.port && attempt < portAttempts
      if (!isWorthAnother) throw error
    }
  }
}

async function startOnce(
  { binary, socketPath: wanted, settings, log }: StartOptions & { log: (message: string) => void },
  home: Home,
  port: number,
  unlock: Unlock,
): Promise<MysqlServer> {
  const accounts = await readOrMakeAccounts(home)
  const socketPath = await chooseSocketPath(home, wanted)
  const initFile = await writeInitFile(home, accounts)
  const server = await begin(
    binary,
    serverArguments(binary, home, { port, socketPath, initFile }, settings),
    home,
  )
  try {
    const state = await writeState(server, home, {
      port,
      socketPath,
      family: binary.family,
      version: binary.version,
    })
    await untilReady(server, socketPath, accounts, log)
    return describe(server, state, accounts, () => leave(home, socketPath, unlock))
  } catch (error) {
    server.child.kill('SIGKILL')
    await server.gone
    await leave(home, socketPath)
    throw await explain(error, server, binary, home, port)
  } finally {
    await rm(initFile, { force: true })
  }
}

async function leave(home: Home, socketPath: string, unlock?: Unlock): Promise<void> {
  await rm(home.state, { force: true })
  await removeSocket(socketPath)
  await unlock?.()
}

async function writeState(
  { child }: ServerProcess,
  home: Home,
  rest: Omit<ServerState, 'pid' | 'startedAt'>,
): Promise<ServerState> {
  const id = child.pid === undefined ? undefined : await identify(child.pid)
  if (!id) throw new Error('The server ended at once')
  const state = { ...id, ...rest }
  await writeJson(home.state, state)
  return state
}

function describe(
  server: ServerProcess,
  { pid, port, socketPath, family, version }: ServerState,
  { user, password, rootPassword }: Accounts,
  release: () => Promise<void>,
): MysqlServer {
  const exited = server.gone.then(async (exit) => {
    await release()
    return exit
  })
  return {
    ...{
      host: '127.0.0.1',
      port,
      socketPath,
      user,
      password,
      rootPassword,
      family,
      version,
      pid,
      exited,
    },
    kill: () => void server.child.kill('SIGKILL'),
    async stop() {
      server.child.kill('SIGTERM')
      const lastResort = setTimeout(() => server.child.kill('SIGKILL'), stopWithinMs)
      await exited
      clearTimeout(lastResort)
    },
  }
}
