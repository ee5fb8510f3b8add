// What a measure needs around it: a database server of its own with the café's durable settings, the measured programs
// and the load generator as processes of their own, in a folder that goes with them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { readConfig } from '../../src/config.js'
import { databaseName } from '../../src/mysql-server/home.js'
import { findOrInstallMysqld } from '../../src/mysql-server/install.js'
import { freePort } from '../../src/mysql-server/place.js'
import { type MysqlServer, startMysqlServer } from '../../src/mysql-server/start.js'
import { type Program, startProgram } from './program.js'
import { type LoadGenerator, startLoadGenerator } from './load-generator.js'
import { tell } from './tell.js'

/** Where a program finds its database: as the café's embedded default does, by the socket. */
export interface DatabaseAccess {
  socketPath: string
  user: string
  password: string
  database: string
}

/** Connections in each program's pool: the café's default. */
export const poolSize = 10

const cafeSettings = {
  CAFE_HOURS: 'Mon-Sun 00:00-24:00',
  CAFE_TIME_ZONE: 'Europe/Vienna',
  CAFE_SLOT_WORK_MINUTES: '1000000',
  CAFE_POSTS_PER_MINUTE: '100000000',
  CAFE_COOKIE_KEYS: 'a-key-for-benchmarks-of-32-letters',
  CAFE_POOL_SIZE: String(poolSize),
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  NODE_ENV: 'production',
}

export class Stage {
  private readonly ends: (() => Promise<void>)[] = []
  private closing: Promise<void> | undefined

  private constructor(
    readonly folder: string,
    private readonly server: MysqlServer,
    private readonly profiles: string | undefined,
  ) {}

  /** `profiles`: a folder for CPU profiles of the measured programs, or none. */
  static async open(profiles: string | undefined): Promise<Stage> {
    const { CAFE_MYSQLD: override, CAFE_DATA_DIR: packages } = readConfig()
    const binary = await findOrInstallMysqld({ override, dataDir: packages, say: tell })
    const folder = await mkdtemp(join(tmpdir(), 'cafe-bench-'))
    const server = await startMysqlServer({ binary, dataDir: folder })
    tell(`${server.family} ${server.version} is running for this measure alone`)
    return new Stage(folder, server, profiles)
  }

  /** The real café, its whole process, with its log going to a file. */
  async startCafe(): Promise<Program> {
    const port = await freePort()
    return this.start({
      name: 'cafe',
      script: new URL('../../src/server.js', import.meta.url),
      environment: {
        ...cafeSettings,
        PORT: String(port),
        DATABASE_URL: urlOf(this.access(databaseName)),
        CAFE_DATA_DIR: this.folder,
      },
      url: `http://127.0.0.1:${port}`,
      readyPath: '/readyz',
    })
  }

  /** A baseline: a script beside this file that listens on the port it is told, with its other settings in a file. */
  async startBaseline(script: string, settings: object): Promise<Program> {
    const port = await freePort()
    return this.start({
      name: 'baseline',
      script: new URL(script, import.meta.url),
      args: [JSON.stringify({ port, ...settings })],
      environment: { NODE_ENV: 'production' },
      url: `http://127.0.0.1:${port}`,
      readyPath: '/',
    })
  }

  startLoad(): LoadGenerator {
    const load = startLoadGenerator()
    this.ends.push(() => load.stop())
    return load
  }

  /** An empty database beside the café's, for a baseline. */
  async createDatabase(name: string): Promise<DatabaseAccess> {
    const { socketPath, user, rootPassword } = this.server
    const root = await createConnection({ socketPath, user: 'root', password: rootPassword })
    await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`)
    await root.query(`GRANT ALL PRIVILEGES ON ${name}.* TO ?@localhost`, [user])
    await root.end()
    return this.access(name)
  }

  access(database: string): DatabaseAccess {
    const { socketPath, user, password } = this.server
    return { socketPath, user, password, database }
  }

  /** Ends everything that was started, the last first. May be called twice. */
  close(): Promise<void> {
    this.closing ??= this.closeAll()
    return this.closing
  }

  private async start(options: Omit<Parameters<typeof startProgram>[0], 'folder' | 'profiles'>) {
    const { folder, profiles } = this
    const program = await startProgram({ ...options, folder, profiles })
    this.ends.push(() => program.stop())
    return program
  }

  private async closeAll(): Promise<void> {
    for (const end of this.ends.reverse()) await end()
    await this.server.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function urlOf({ socketPath, user, password, database }: DatabaseAccess): string {
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  return `mysql://${account}@localhost/${database}?socket=${encodeURIComponent(socketPath)}`
}
