// Debian's and Ubuntu's packages: installed by root, or only downloaded and unpacked by anybody else.
import { execFile, spawn } from 'node:child_process'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Say = (message: string) => void

/** Whether this is a system with apt at all. */
export async function hasApt(): Promise<boolean> {
  return succeeds('apt-get', ['--version'])
}

/** The first of these sets that the package lists know in full. Lists that were never fetched know nothing. */
async function firstKnown(
  sets: readonly (readonly string[])[],
  aptOptions: readonly string[] = [],
) {
  for (const packages of sets) {
    if (await isInstallable(packages, aptOptions)) return packages
  }
  return undefined
}

/**
 * Installs the first of these sets that there is, by root or sudo. False when we are neither, or when it did not work
 * out; what apt-get said about it stands on the terminal then.
 */
export async function aptInstall(sets: readonly (readonly string[])[], say: Say): Promise<boolean> {
  const prefix = await rootPrefix(say)
  if (!prefix) return false
  const aptGet = (...args: string[]) => succeedsAloud([...prefix, 'apt-get', '-q', ...args])
  const install = async () => {
    const packages = await firstKnown(sets)
    if (!packages) return false
    say(`apt-get install ${packages.join(' ')}`)
    return aptGet('install', '-y', '--no-install-recommends', ...packages)
  }
  if (await install()) return true
  // Never fetched, or so old that they name files that the mirror has replaced since.
  say('Reading the package lists anew (apt-get update)')
  return (await aptGet('update')) && (await install())
}

/** Downloads packages, and those of their dependencies that this system lacks, and unpacks them under `into`. */
export async function aptUnpack(
  sets: readonly (readonly string[])[],
  into: string,
  say: Say,
): Promise<boolean> {
  const work = `${into}.download`
  const cache = join(work, 'cache', 'archives')
  await mkdir(join(cache, 'partial'), { recursive: true })
  await mkdir(join(work, 'lists', 'partial'), { recursive: true })
  // No lock of the system's is touched, and as nobody's user apt has nobody to drop its rights to.
  const own = [
    '-o',
    `Dir::Cache=${join(work, 'cache')}`,
    '-o',
    'Debug::NoLocking=1',
    '-o',
    'APT::Sandbox::User=',
  ]
  const ownLists = [...own, '-o', `Dir::State::lists=${join(work, 'lists')}`]
  try {
    if (!(await download(sets, own, say))) {
      say('Reading the package lists (about 10 MB, for this download only)')
      if (!(await succeedsAloud(['apt-get', '-q', ...ownLists, 'update']))) return false
      if (!(await download(sets, ownLists, say))) return false
    }
    for (const file of await readdir(cache)) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(cache, file), into])
    }
    return true
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(
  sets: readonly (readonly string[])[],
  options: string[],
  say: Say,
): Promise<boolean> {
  const packages = await firstKnown(sets, options)
  if (!packages) return false
  say(`Downloading ${packages.join(' ')} and what they need`)
  const args = ['install', '--download-only', '-y', '--no-install-recommends', ...packages]
  return succeedsAloud(['apt-get', '-q', ...options, ...args])
}

function isInstallable(packages: readonly string[], options: readonly string[]): Promise<boolean> {
  const args = ['install', '--simulate', '--no-install-recommends', ...packages]
  return succeeds('apt-get', ['-qq', '-o', 'Debug::NoLocking=1', ...options, ...args])
}

/** How to become root: nothing needed, sudo without a question, or sudo where somebody can answer it. */
async function rootPrefix(say: Say): Promise<string[] | undefined> {
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive']
  if (process.getuid?.() === 0) return env
  if (await succeeds('sudo', ['-n', 'true'])) return ['sudo', '-n', ...env]
  if (!process.stdin.isTTY || !(await succeeds('sudo', ['--version']))) return undefined
  say(
    'sudo may ask for your password now; without it the packages are unpacked into the data directory instead',
  )
  return ['sudo', ...env]
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false, // not there, or it says no: the answer either way
  )
}

// What apt-get prints goes to stderr: progress is the story, not the answer.
function succeedsAloud([program = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['inherit', 2, 2] })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
