// Looks for a server program on this machine. Installs nothing (install.ts does).
import { execFile } from 'node:child_process'
import { access, constants, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ExpectedError } from '../errors.js'
import { type Family, type MysqldBinary, parseVersion } from './version.js'

const run = promisify(execFile)

/** Where unpack.ts puts a server when there is no root to install one. */
export function packagesDir(dataDir: string): string {
  return join(resolve(dataDir), 'mysql-packages')
}

/**
 * The first server program found, one of `family` before others: a data directory that MariaDB made cannot be opened by
 * MySQL, nor the other way round. With an override that program and no other.
 */
export async function findMysqld(options: {
  override?: string | undefined
  dataDir: string
  family?: Family | undefined
}): Promise<MysqldBinary | undefined> {
  if (options.override !== undefined) return inspectOverride(options.override)
  const found: MysqldBinary[] = []
  for (const path of await candidates(options.dataDir)) {
    const binary = await inspect(path)
    if (binary && (options.family === undefined || binary.family === options.family)) return binary
    if (binary) found.push(binary)
  }
  return found[0]
}

async function inspectOverride(path: string): Promise<MysqldBinary> {
  const absolute = path.includes('/') ? resolve(path) : ((await onPath(path)) ?? path)
  const binary = await inspect(absolute)
  if (binary) return binary
  throw new ExpectedError(
    'refused',
    `CAFE_MYSQLD names ${path}, which is not a MySQL or MariaDB server program.`,
    {
      hint: `See what it says: ${path} --version`,
    },
  )
}

async function inspect(path: string): Promise<MysqldBinary | undefined> {
  try {
    await access(path, constants.X_OK)
    const { stdout } = await run(path, ['--no-defaults', '--version'], { timeout: 20_000 })
    const version = parseVersion(stdout)
    return version && { path, ...version }
  } catch {
    return undefined // not there, not executable or not able to run: then it is no candidate
  }
}

async function candidates(dataDir: string): Promise<string[]> {
  const named = (folder: string) => [join(folder, 'mariadbd'), join(folder, 'mysqld')]
  const inPath = await Promise.all(['mariadbd', 'mysqld'].map(onPath))
  const folders = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin']
  const all = [
    ...inPath.filter((path) => path !== undefined),
    ...folders.flatMap(named),
    ...(await homebrewFolders()).flatMap(named),
    ...named(join(packagesDir(dataDir), 'usr', 'sbin')),
  ]
  return [...new Set(all)]
}

// The shell knows PATH, so this file needs no look at the environment.
async function onPath(name: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', name])
    return stdout.trim() || undefined
  } catch {
    return undefined // command -v exits 1 when there is no such program
  }
}

// Homebrew links a versioned formula (mysql@8.4, mariadb@11.4) nowhere; it stays in its own folder under opt/.
async function homebrewFolders(): Promise<string[]> {
  const roots = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew']
  const folders = await Promise.all(
    roots.map(async (root) => {
      const formulas = await readdir(join(root, 'opt')).catch(() => [])
      const servers = formulas.filter((name) => /^(mysql|mariadb)(@[\d.]+)?$/.test(name))
      return [join(root, 'bin'), ...servers.map((name) => join(root, 'opt', name, 'bin'))]
    }),
  )
  return folders.flat()
}
