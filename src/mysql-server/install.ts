// A server program at any price: the one that is there, or the distribution's, or the exact next command.
import { ExpectedError } from '../errors.js'
import { aptInstall, hasApt, type Say } from './apt.js'
import { findMysqld } from './find.js'
import { familyOfData } from './initialise.js'
import { unpackServer } from './unpack.js'
import type { MysqldBinary } from './version.js'

// The -core packages hold the programs alone. They register no service, make no data directory and start nothing, so
// installing them changes nothing about the machine but the files under /usr. The client's package is wanted for
// my_print_defaults, which mariadb-install-db calls.
const packageSets = [
  ['mariadb-server-core', 'mariadb-client-core'],
  ['mariadb-server-core-10.6', 'mariadb-client-core-10.6'], // Ubuntu 22.04
  ['mysql-server-core', 'mysql-client-core'],
  ['mysql-server-core-8.4', 'mysql-client-core-8.4'],
  ['mysql-server-core-8.0', 'mysql-client-core-8.0'],
]

export async function findOrInstallMysqld(options: {
  override?: string | undefined
  dataDir: string
  say: Say
}): Promise<MysqldBinary> {
  const { dataDir, say } = options
  const find = async () => findMysqld({ ...options, family: await familyOfData(dataDir) })
  const found = await find()
  if (found) return found
  if (await hasApt()) {
    say(
      'There is no MySQL or MariaDB server on this machine. The café needs one, so it gets the distribution’s.',
    )
    say('Only the programs are installed: no service is started and no other database is touched.')
    await aptInstall(packageSets, say)
    const installed = await find()
    if (installed) return installed
    say(
      `Not installed; unpacking the packages under ${dataDir} instead, for which no root is needed`,
    )
    await unpackServer(dataDir, packageSets, say)
    const unpacked = await find()
    if (unpacked) return unpacked
  }
  throw new ExpectedError(
    'unavailable',
    'There is no MySQL or MariaDB server here, and none could be installed.',
    {
      hint: nextCommands(),
    },
  )
}

function nextCommands(): string {
  const install = {
    linux:
      'Install one with your package manager (Fedora: sudo dnf install mariadb-server), then: npm start',
    darwin: 'Install one: brew install mariadb && npm start',
  }[process.platform as string]
  return [
    ...(install === undefined ? [] : [install]),
    'Or run the café and its database in containers: docker compose up',
    'Or use a server that is already there: DATABASE_URL=mysql://user:password@host:3306/cafe_db npm start',
  ].join('\n')
}
