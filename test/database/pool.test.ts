// What the pool does when the database is away, slow, full, or no longer the writer; each caused, none imagined.
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { parseDatabaseUrl } from '../../src/database/address.js'
import { openDatabase, type Database, type DatabaseOptions } from '../../src/database/database.js'
import { isAccessDenied, isDatabaseUnavailable, isReadOnly } from '../../src/database/errors.js'
import { freshDatabase } from '../support/database.js'
import { fakeServer } from './fake-server.js'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

let url: string
beforeAll(async () => {
  const fresh = await freshDatabase({ migrated: false })
  url = fresh.url
  return () => fresh.close()
})

function open(options: Partial<DatabaseOptions> = {}): Database {
  const db = openDatabase({ ...parseDatabaseUrl(url), ...options })
  closers.push(() => db.close())
  return db
}

function openAt(port: number, options: Partial<DatabaseOptions> = {}): Database {
  return open({ address: { host: '127.0.0.1', port, database: 'cafe' }, ...options })
}

async function listen(onSocket: (socket: Socket) => void): Promise<Server & { port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => onSocket(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  )
  server.on('connection', (socket) => sockets.add(socket))
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

test('the credentials are asked for once for every physical connection', async () => {
  let asked = 0
  const { credentials } = parseDatabaseUrl(url)
  const counted = () => {
    asked += 1
    return credentials()
  }
  const db = open({ poolSize: 3, credentials: counted })
  await Promise.all(Array.from({ length: 30 }, () => db.rows('SELECT SLEEP(0.01)')))
  expect(db.pool.stats()).toMatchObject({
    opened: 3,
    total: 3,
    idle: 3,
    busy: 0,
    waiting: 0,
    limit: 3,
    evicted: 0,
  })
  expect(asked).toBe(3)
})

test('a password rotated a moment ago is asked for once more', async () => {
  const { credentials } = parseDatabaseUrl(url)
  let asked = 0
  const rotating = () => {
    asked += 1
    return asked === 1 ? Promise.resolve({ password: 'yesterday' }) : credentials()
  }
  const db = open({ credentials: rotating })
  expect(await db.rows("SELECT 'yes' AS answer")).toEqual([{ answer: 'yes' }])
  expect(asked).toBe(2)
})

test('a wrong password is called that, not a pool time-out, and is tried twice, not for ever', async () => {
  let asked = 0
  const wrong = () => {
    asked += 1
    return Promise.resolve({ password: 'hunter2' })
  }
  const db = open({ credentials: wrong })
  const error = await db.rows('SELECT 1').catch((thrown: unknown) => thrown as Error)
  expect((error as Error).message).toMatch(
    /^Cannot connect to the database at .*Access denied for user/,
  )
  expect((error as Error).message).not.toContain('hunter2')
  expect(isAccessDenied(error)).toBe(true)
  expect(asked).toBe(2)
  await expect(db.prisma.$queryRaw`SELECT 1`).rejects.toMatchObject({ code: 'P1000' })
})

test('credentials that cannot be had are named as the cause', async () => {
  const db = open({ credentials: () => Promise.reject(new Error('the secret store said no')) })
  await expect(db.rows('SELECT 1')).rejects.toThrow(
    'The database credentials could not be had: the secret store said no',
  )
})

test('credentials that never come do not hold a place in the pool', async () => {
  const db = open({ credentials: () => new Promise(() => {}), timeouts: { connectMs: 50 } })
  await expect(db.rows('SELECT 1')).rejects.toThrow('could not be had: no answer within 50 ms')
  expect(db.pool.stats()).toMatchObject({ total: 0, connecting: 0 })
})

test('nobody listening is called a refused connection, at once', async () => {
  const server = await listen(() => {})
  const { port } = server
  await new Promise((resolve) => server.close(resolve))
  const db = openAt(port)
  const began = performance.now()
  await expect(db.rows('SELECT 1')).rejects.toThrow(
    `Cannot connect to the database at 127.0.0.1:${port}: connect ECONNREFUSED`,
  )
  await expect(db.transaction((tx) => tx.run('DO 1'))).rejects.toThrow('ECONNREFUSED')
  const viaPrisma = await db.prisma.product.findMany().catch((error: unknown) => error)
  expect(viaPrisma).toMatchObject({
    code: 'P1001',
    message: expect.stringContaining('ECONNREFUSED') as string,
  })
  expect(isDatabaseUnavailable(viaPrisma)).toBe(true)
  await expect(db.prisma.$transaction((tx) => tx.product.count())).rejects.toMatchObject({
    code: 'P1001',
  })
  expect(performance.now() - began).toBeLessThan(2000)
})

test('a server that accepts and never answers is called silent', async () => {
  const { port } = await listen(() => {})
  const db = openAt(port, { timeouts: { connectMs: 80 } })
  await expect(db.rows('SELECT 1')).rejects.toThrow(
    'accepted the connection but did not answer within 80 ms',
  )
})

test('an exhausted pool says who is busy, with what, and for how long', async () => {
  const db = open({ poolSize: 2, timeouts: { acquireMs: 150 } })
  await db.transaction(async (tx) => {
    await tx.rows('SELECT 1 AS the_long_one')
    await db.transaction(async (other) => {
      await other.rows('SELECT 2')
      const message =
        /^No database connection within 150 ms: 2 of 2 are busy, the longest for \d+\.\d s with SELECT 1 AS the_long_one$/
      await expect(db.rows('SELECT 3')).rejects.toThrow(message)
      await expect(db.prisma.$queryRaw`SELECT 3`).rejects.toMatchObject({ code: 'P2024' })
      await expect(db.prisma.$transaction((tx) => tx.$queryRaw`SELECT 3`)).rejects.toMatchObject({
        code: 'P2024',
      })
    })
  })
  expect(db.pool.stats()).toMatchObject({ busy: 0, idle: 2, waiting: 0 })
})

test('those in line are served in the order they came', async () => {
  const db = open({ poolSize: 1 })
  const served: number[] = []
  await Promise.all(
    [1, 2, 3, 4, 5].map(async (number) => {
      await db.rows('SELECT SLEEP(0.01)')
      served.push(number)
    }),
  )
  expect(served).toEqual([1, 2, 3, 4, 5])
})

test('a statement that takes too long is given up, and its connection with it', async () => {
  const db = open({ timeouts: { statementMs: 100 } })
  const { evicted } = db.pool.stats()
  const error = await db.rows('SELECT SLEEP(5)').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    message: 'The database did not answer in time while running SELECT SLEEP(5)',
  })
  expect(db.pool.stats()).toMatchObject({ total: 0, evicted: evicted + 1 })
  await expect(db.prisma.$queryRaw`SELECT SLEEP(5)`).rejects.toMatchObject({ code: 'P1008' })
  expect(await db.rows("SELECT 'yes' AS answer")).toEqual([{ answer: 'yes' }])
})

test.for([1290, 1792, 1836])(
  'after error %i (read-only) the next statement goes to a new connection',
  async (errno) => {
    const server = await fakeServer((connection, sql) => {
      if (sql.startsWith('INSERT'))
        connection.writeError({ code: errno, message: 'The server is running read-only' })
      else connection.writeOk()
    })
    closers.push(() => server.close())
    const db = openAt(server.port, { poolSize: 2 })
    await Promise.all([db.run('DO 1'), db.run('DO 2')])
    await expect.poll(() => db.pool.stats().idle).toBe(2)
    const error = await db.run('INSERT INTO menu VALUES (1)').catch((thrown: unknown) => thrown)
    expect(isReadOnly(error) && isDatabaseUnavailable(error)).toBe(true)
    // Both are gone: the idle one led to the same old writer.
    expect(db.pool.stats()).toMatchObject({ total: 0, evicted: 2 })
    await db.run('DO 3')
    expect(server.logins()).toBe(3)
    const viaPrisma = await db.prisma.$executeRaw`INSERT INTO menu VALUES (2)`.catch(
      (thrown: unknown) => thrown,
    )
    expect(isReadOnly(viaPrisma) && isDatabaseUnavailable(viaPrisma)).toBe(true)
  },
)

test('a server that stays read-only does not make every refused write close the whole pool', async () => {
  const server = await fakeServer((connection, sql) => {
    if (sql.startsWith('INSERT')) connection.writeError({ code: 1290, message: 'read-only' })
    else connection.writeOk()
  })
  closers.push(() => server.close())
  const db = openAt(server.port, { poolSize: 10 })
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 10 }, () => db.run('DO 1')))
    await db.run('INSERT INTO menu VALUES (1)').catch(() => {})
  }
  expect(db.pool.stats().evicted).toBeLessThan(20 + 3 * 10)
})

test('a connection dropped in the middle of a result is not used again, and nothing waits for ever', async () => {
  const server = await fakeServer((connection, sql) => {
    if (!sql.startsWith('SELECT')) return connection.writeOk()
    connection.writeColumns([
      {
        catalog: 'def',
        schema: '',
        table: '',
        orgTable: '',
        name: 'a',
        orgName: 'a',
        characterSet: 33,
        columnLength: 4,
        columnType: 253,
        flags: 0,
        decimals: 0,
      },
    ])
    connection.writeTextRow(['half of it'])
    connection.stream.destroy()
  })
  closers.push(() => server.close())
  const db = openAt(server.port, { poolSize: 1 })
  const error = await db.rows('SELECT a FROM menu').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    message: expect.stringMatching(
      /^The database went away while running SELECT a FROM menu/,
    ) as string,
  })
  expect(isDatabaseUnavailable(error)).toBe(true)
  await expect(db.prisma.$queryRaw`SELECT a FROM menu`).rejects.toMatchObject({ code: 'P1017' })
  await db.run('DO 1')
  expect(server.logins()).toBe(3)
})

test('an idle connection that the server closed is forgotten before anybody gets it', async () => {
  const db = open({ poolSize: 1 })
  const [row] = await db.rows<{ id: string }>('SELECT CONNECTION_ID() AS id')
  const killer = open({ poolSize: 1 })
  await killer.run(`KILL ${Number(row?.id)}`)
  await expect.poll(() => db.pool.stats()).toMatchObject({ total: 0, evicted: 1 })
  expect(await db.rows("SELECT 'yes' AS answer")).toEqual([{ answer: 'yes' }])
})

test('a COMMIT without an answer is said to be unknown, one that the server refuses is not', async () => {
  const server = await fakeServer((connection, sql) => {
    if (sql === 'COMMIT') connection.stream.destroy()
    else connection.writeOk()
  })
  closers.push(() => server.close())
  const db = openAt(server.port)
  await expect(db.transaction((tx) => tx.run('DO 1'))).rejects.toMatchObject({
    name: 'CommitUnknown',
    code: 'unavailable',
  })
  await expect(db.prisma.$transaction((tx) => tx.$executeRaw`DO 1`)).rejects.toMatchObject({
    code: 'P1017',
    meta: { driverAdapterError: { name: 'CommitUnknown' } },
  })
  expect(db.pool.stats()).toMatchObject({ busy: 0, total: 0 })
})

test('a transaction begins on another connection when the idle one turns out to be dead', async () => {
  let logins = 0
  const server = await fakeServer((connection, sql) => {
    if (sql === 'BEGIN' && logins === 0) {
      logins += 1
      connection.stream.destroy()
    } else connection.writeOk()
  })
  closers.push(() => server.close())
  const db = openAt(server.port)
  await expect(db.transaction((tx) => tx.run('DO 1'))).resolves.toMatchObject({ affectedRows: 0 })
  expect(server.logins()).toBe(2)
})

test('a server whose sql_mode makes escaping unsafe is refused', async () => {
  const server = await fakeServer((connection) => connection.writeOk(), { statusFlags: 2 | 0x200 })
  closers.push(() => server.close())
  await expect(openAt(server.port).rows('SELECT 1')).rejects.toThrow('NO_BACKSLASH_ESCAPES')
})

test('an unused connection and an old one are closed', async () => {
  const idle = open({ timeouts: { idleMs: 20 } })
  await idle.run('DO 1')
  await expect.poll(() => idle.pool.stats()).toMatchObject({ total: 0, opened: 1, evicted: 1 })
  const old = open({ timeouts: { lifetimeMs: 20, idleMs: 100 } })
  await old.run('DO 1')
  await expect.poll(() => old.pool.stats()).toMatchObject({ total: 0, opened: 1, evicted: 1 })
})

test('closing waits for what is running, refuses what comes, and may be done twice', async () => {
  const db = open({ poolSize: 1 })
  const running = db.rows("SELECT SLEEP(0.2), 'yes' AS answer")
  await expect.poll(() => db.pool.stats().busy).toBe(1)
  const inLine = db.rows('SELECT 1')
  const refused = expect(inLine).rejects.toThrow('The database pool is closed')
  await Promise.all([db.close(), db.close()])
  await refused
  expect(await running).toMatchObject([{ answer: 'yes' }])
  await expect(db.rows('SELECT 1')).rejects.toThrow('The database pool is closed')
  expect(db.pool.stats()).toMatchObject({ total: 0, busy: 0 })
})

test('the session is left as the server made it: no SET, no prepared statement', async () => {
  const statements: string[] = []
  const server = await fakeServer((connection, sql) => {
    statements.push(sql)
    connection.writeOk()
  })
  closers.push(() => server.close())
  const db = openAt(server.port)
  await db.transaction((tx) => tx.run('DO ?', [1]))
  await db.transaction((tx) => tx.run('DO 2'), 'READ COMMITTED')
  await db.prisma.$transaction((tx) => tx.$executeRaw`DO ${3}`)
  expect(statements).toEqual([
    'BEGIN',
    'DO 1',
    'COMMIT',
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
    'BEGIN',
    'DO 2',
    'COMMIT',
    'BEGIN',
    'DO 3',
    'COMMIT',
  ])
})
