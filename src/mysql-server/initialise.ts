// Makes the server's folder, once. Everything happens in a folder beside and ends with one rename: whoever is killed on
// the way leaves nothing that could be taken for a database.
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ExpectedError } from '../errors.js'
import { type Home, homeOf, readJson, writeJson } from './home.js'
import { endProcess, findByArgument, type ProcessId } from './processes.js'
import { runAsOptions } from './settings.js'
import type { Family, MysqldBinary } from './version.js'

const run = promisify(execFile)
const unfinishedPrefix = 'mysql.new-'

/** What made-by.json holds. */
interface Maker {
  family: Family
  version: string
}

/** The family whose files lie in the data directory; undefined when there are none yet. */
export async function familyOfData(dataDir: string): Promise<Family | undefined> {
  return (await readJson<Maker>(homeOf(dataDir).madeBy))?.family
}

/** Makes the folder unless it is there. The caller holds the lock. */
export async function initialise(
  binary: MysqldBinary,
  dataDir: string,
): Promise<'made' | 'was there'> {
  const home = homeOf(dataDir)
  const maker = await readJson<Maker>(home.madeBy)
  if (maker) {
    refuseOtherFamily(maker, binary, home)
    return 'was there'
  }
  await refuseForeignFolder(home)
  await removeUnfinished(dataDir)
  const unfinished = homeOf(
    dataDir,
    basename(await mkdtemp(join(resolve(dataDir), unfinishedPrefix))),
  )
  await mkdir(unfinished.data, { recursive: true, mode: 0o700 })
  await makeSystemTables(binary, unfinished.data)
  await writeJson(unfinished.madeBy, {
    family: binary.family,
    version: binary.version,
  } satisfies Maker)
  await rename(unfinished.root, home.root)
  return 'made'
}

function refuseOtherFamily(maker: Maker, binary: MysqldBinary, home: Home): void {
  if (maker.family === binary.family) return
  throw new ExpectedError(
    'refused',
    `The data in ${home.root} was made by ${maker.family} ${maker.version}; ${binary.path} is ${binary.family} ${binary.version} and cannot open it.`,
    {
      hint:
        `Name a ${maker.family} server: CAFE_MYSQLD=/path/to/${maker.family === 'mariadb' ? 'mariadbd' : 'mysqld'} npm start\n` +
        'Or begin with an empty database beside it: CAFE_DATA_DIR=.data-2 npm start',
    },
  )
}

async function refuseForeignFolder(home: Home): Promise<void> {
  const there = await access(home.root).then(
    () => true,
    () => false,
  )
  if (!there) return
  throw new ExpectedError(
    'refused',
    `${home.root} exists, but the café did not make it (made-by.json is missing).`,
    {
      hint: `Look at it, then move it away: mv ${home.root} ${home.root}.old`,
    },
  )
}

// A café that was killed may have left the program behind that was making its database: that one is still writing.
async function removeUnfinished(dataDir: string): Promise<void> {
  const names = await readdir(dataDir)
  for (const name of names.filter((name) => name.startsWith(unfinishedPrefix))) {
    const { root, data } = homeOf(dataDir, name)
    for (let maker = await findMaker(data); maker; maker = await findMaker(data))
      await endProcess(maker, 0)
    await rm(root, { recursive: true, force: true, maxRetries: 5 })
  }
}

function findMaker(data: string): Promise<ProcessId | undefined> {
  return findByArgument(`--datadir=${data}`)
}

async function makeSystemTables(binary: MysqldBinary, datadir: string): Promise<void> {
  const [program, ...rest] =
    binary.family === 'mysql'
      ? [binary.path, '--no-defaults', '--initialize-insecure', `--datadir=${datadir}`]
      : [
          await installDbProgram(binary),
          '--no-defaults',
          ...(await mariadbOptions(binary, datadir)),
        ]
  try {
    await run(program ?? binary.path, [...rest, ...runAsOptions()], {
      maxBuffer: 16 * 1024 * 1024,
      cwd: datadir,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n')
    throw new ExpectedError(
      'unavailable',
      `${binary.path} could not make a new database in ${datadir}:\n${last}`,
      {
        cause: error,
      },
    )
  }
}

// Socket authentication leaves one account, root by the socket; `normal` would leave roots without a password on
// 127.0.0.1 and on the host's name. --force: go on when the machine cannot resolve its own name.
async function mariadbOptions(binary: MysqldBinary, datadir: string): Promise<string[]> {
  return [
    `--basedir=${await baseDir(binary)}`,
    `--datadir=${datadir}`,
    '--auth-root-authentication-method=socket',
    '--auth-root-socket-user=root',
    '--skip-test-db',
    '--force',
  ]
}

async function installDbProgram(binary: MysqldBinary): Promise<string> {
  const base = await baseDir(binary)
  for (const name of ['mariadb-install-db', 'mysql_install_db']) {
    for (const folder of ['bin', 'scripts']) {
      const path = join(base, folder, name)
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      )
        return path
    }
  }
  throw new ExpectedError(
    'refused',
    `There is no mariadb-install-db under ${base} to go with ${binary.path}.`,
    {
      hint: 'It comes with the server (Debian: mariadb-server-core). Or use a server that runs: DATABASE_URL=mysql://… npm start',
    },
  )
}

// …/sbin/mariadbd or …/bin/mariadbd: the installation is the folder above, wherever links point from.
async function baseDir(binary: MysqldBinary): Promise<string> {
  return resolve(dirname(await realpath(binary.path)), '..')
}
