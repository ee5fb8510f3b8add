// How another process of ours (npm run migrate) reaches the server that the café runs.
import { type Accounts, databaseName, homeOf, readJson, type ServerState } from './home.js'
import { isRunning } from './processes.js'
import type { Family } from './version.js'

export interface RunningServer {
  host: string
  port: number
  socketPath: string
  database: string
  user: string
  password: string
  rootPassword: string
  family: Family
  version: string
  pid: number
}

/** The embedded server that runs on this data directory now, if one does. */
export async function findRunningServer(dataDir: string): Promise<RunningServer | undefined> {
  const home = homeOf(dataDir)
  const state = await readJson<ServerState>(home.state)
  if (!state || !(await isRunning(state))) return undefined
  const accounts = await readJson<Accounts>(home.accounts)
  if (!accounts) return undefined
  const { pid, port, socketPath, family, version } = state
  return {
    host: '127.0.0.1',
    port,
    socketPath,
    database: databaseName,
    ...accounts,
    family,
    version,
    pid,
  }
}
