// Which server program this is, and whether the café can live on it.
import { ExpectedError } from '../errors.js'

export type Family = 'mysql' | 'mariadb'

/** A server program found on this machine. */
export interface MysqldBinary {
  path: string
  family: Family
  /** As the program says it, e.g. 10.11.14. */
  version: string
}

// Below `least` CHECK constraints are not enforced (MySQL) or the line is out of maintenance (MariaDB); between `least`
// and `supported` the café works as far as we know, but nobody supports it.
const versions = {
  mysql: { name: 'MySQL', least: [8, 0, 16], supported: [8, 4, 0] },
  mariadb: { name: 'MariaDB', least: [10, 6, 0], supported: [10, 11, 0] },
} as const

/** Reads what `mysqld --version` prints. Undefined when it is the version line of something else. */
export function parseVersion(text: string): { family: Family; version: string } | undefined {
  const version = /\bVer (\d+\.\d+\.\d+)/.exec(text)?.[1]
  if (version === undefined) return undefined
  return { family: /mariadb/i.test(text) ? 'mariadb' : 'mysql', version }
}

/** Refuses a server that is too old. Returns a warning for one that is older than those supported. */
export function checkVersion(binary: MysqldBinary): string | undefined {
  const { name, least, supported } = versions[binary.family]
  if (isOlder(binary.version, least)) {
    throw new ExpectedError(
      'refused',
      `${binary.path} is ${name} ${binary.version}; the café needs ${name} ${least.join('.')} or later.`,
      {
        hint: 'Install a newer server, or name another one: CAFE_MYSQLD=/path/to/mysqld npm start',
      },
    )
  }
  if (!isOlder(binary.version, supported)) return undefined
  return `${name} ${binary.version} is older than ${name} ${supported.join('.')}, from which on the café is supported.`
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  const at = than.findIndex((limit, i) => parts[i] !== limit)
  return at !== -1 && (parts[at] ?? 0) < (than[at] ?? 0)
}
