// The server's folder under the café's data directory: what lies in it, and the small files that say whose it is.
//   mysql/data/            the server's own files
//   mysql/made-by.json     which family of server made them
//   mysql/accounts.json    the passwords (0600), mysql/server.json where the running server is, mysql/server.log
//   mysql.lock             the process that runs it
import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ProcessId } from './processes.js'
import type { Family } from './version.js'

export interface Home {
  root: string
  data: string
  madeBy: string
  accounts: string
  state: string
  log: string
  lock: string
}

export interface Accounts {
  user: string
  password: string
  rootPassword: string
}

/** Where the running server is. */
export interface ServerState extends ProcessId {
  port: number
  socketPath: string
  family: Family
  version: string
}

export const databaseName = 'cafe_db'

export function homeOf(dataDir: string, folder = 'mysql'): Home {
  const root = join(resolve(dataDir), folder)
  return {
    root,
    data: join(root, 'data'),
    madeBy: join(root, 'made-by.json'),
    accounts: join(root, 'accounts.json'),
    state: join(root, 'server.json'),
    log: join(root, 'server.log'),
    lock: join(resolve(dataDir), 'mysql.lock'),
  }
}

/** The passwords; new ones when there are none. The server is given them at each start, so a lost file costs nothing. */
export async function readOrMakeAccounts(home: Home): Promise<Accounts> {
  const known = await readJson<Accounts>(home.accounts)
  if (known?.password && known.rootPassword) return known
  const secret = () => randomBytes(24).toString('base64url')
  const accounts = { user: 'cafe', password: secret(), rootPassword: secret() }
  await writeJson(home.accounts, accounts)
  return accounts
}

/** Undefined when the file is missing or was cut off: each of these files can be made again. */
export async function readJson<Content>(
  path: string,
): Promise<(Partial<Content> & Content) | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Content
  } catch {
    return undefined
  }
}

/** Written beside, synced and renamed, so that a reader sees the whole file or the one before. Mode 0600: for us alone. */
export async function writeJson(path: string, content: object): Promise<void> {
  const beside = `${path}.${process.pid}`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}
