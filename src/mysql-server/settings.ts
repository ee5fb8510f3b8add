// The arguments a server is started with: small in memory, durable on disk, and logged in a way the later move can read.
import type { Home } from './home.js'
import type { MysqldBinary } from './version.js'

export type Settings = Readonly<Record<string, string | number>>

// A commit that was acknowledged survives a power cut: both logs are synced before the answer. The binary log is on
// from the first order, because a move to another server begins at a position in it.
const common: Settings = {
  'bind-address': '127.0.0.1',
  'skip-name-resolve': 1,
  'character-set-server': 'utf8mb4',
  'collation-server': 'utf8mb4_unicode_ci',
  'default-time-zone': '+00:00',
  'local-infile': 0,
  'max-connections': 600, // the largest pool (CAFE_POOL_SIZE) and room for tools; an unused one costs nothing
  'max-allowed-packet': 64 * 1024 * 1024,
  'innodb-buffer-pool-size': 128 * 1024 * 1024,
  'innodb-flush-log-at-trx-commit': 1,
  'sync-binlog': 1,
  'server-id': 1,
  'log-bin': 'binlog',
  'binlog-row-image': 'FULL',
  'binlog-expire-logs-seconds': 7 * 24 * 3600,
  'performance-schema': 0, // it would take more memory than the café's data
}

const perFamily: Record<MysqldBinary['family'], Settings> = {
  mariadb: { 'binlog-format': 'ROW' },
  // ROW is MySQL's default and naming it is deprecated. The X protocol would open a second port.
  mysql: { mysqlx: 'OFF', 'gtid-mode': 'ON', 'enforce-gtid-consistency': 'ON' },
}

/** The server refuses to run as root unless told to. */
export function runAsOptions(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

export function datadirArgument(home: Home): string {
  return `--datadir=${home.data}`
}

/** --no-defaults counts only as the first: nothing in /etc/mysql may change what the café runs on. */
export function serverArguments(
  binary: MysqldBinary,
  home: Home,
  place: { port: number; socketPath: string; initFile: string },
  settings: Settings = {},
): string[] {
  const all = { ...common, ...perFamily[binary.family], ...settings }
  return [
    '--no-defaults',
    datadirArgument(home),
    ...runAsOptions(),
    `--port=${place.port}`,
    `--socket=${place.socketPath}`,
    `--pid-file=${home.data}/mysqld.pid`,
    `--log-error=${home.log}`,
    `--init-file=${place.initFile}`,
    ...Object.entries(all).map(([name, value]) => `--${name}=${value}`),
  ]
}
