// TLS on the wire: a real server's certificate is verified against the roots given, or nothing is said to the server.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { parseDatabaseUrl } from '../../src/database/address.js'
import { openDatabase, type Database } from '../../src/database/database.js'
import { databaseUrl } from '../support/database.js'
import { fakeServer } from './fake-server.js'

function open(
  tls: { ca?: string; verifyIdentity: boolean },
  port = inject('databaseServer').port,
): Database {
  const target = parseDatabaseUrl(databaseUrl('mysql'))
  const db = openDatabase({
    ...target,
    address: { host: '127.0.0.1', port, database: 'mysql' },
    tls,
  })
  onTestFinished(() => db.close())
  return db
}

test('a server without a certificate that the roots vouch for is refused', async () => {
  // MariaDB 10.11 has no TLS unless configured, MySQL makes a certificate that nobody vouches for: neither is accepted.
  await expect(open({ verifyIdentity: true }).rows('SELECT 1')).rejects.toThrow(
    /secure connection|self.signed|certificate/i,
  )
})

test('a clear-text password, as an IAM token is, is never sent without TLS', async () => {
  const asked: string[] = []
  const server = await fakeServer((connection, sql) => {
    asked.push(sql)
    connection.writeOk()
  })
  onTestFinished(() => server.close())
  await expect(open({ verifyIdentity: true }, server.port).rows('SELECT 1')).rejects.toThrow(
    'does not support secure connection',
  )
  expect(asked).toEqual([])
})

// MySQL makes a root and a certificate of its own that names no host; MariaDB 10.11 makes none.
test.runIf(inject('databaseServer').family === 'mysql')(
  'the roots that vouch for the server let it in, encrypted',
  async () => {
    const plain = openDatabase(parseDatabaseUrl(databaseUrl('mysql')))
    onTestFinished(() => plain.close())
    const [files] = await plain.rows<{ folder: string; ca: string }>(
      'SELECT @@datadir AS folder, @@ssl_ca AS ca',
    )
    const ca = await readFile(join(files?.folder ?? '', files?.ca ?? ''), 'utf8')
    const cipher = await open({ ca, verifyIdentity: false }).rows<{ Value: string }>(
      "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
    )
    expect(cipher[0]?.Value).toMatch(/AES|CHACHA/)
    await expect(open({ ca, verifyIdentity: true }).rows('SELECT 1')).rejects.toThrow(
      /identity|altnames|Hostname/i,
    )
  },
)
