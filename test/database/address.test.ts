// What DATABASE_URL may look like, and that what is wrong with it is said without repeating the password.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { formatAddress, parseDatabaseUrl } from '../../src/database/address.js'

test('user, password and database are percent-decoded, the port has a default', async () => {
  const target = parseDatabaseUrl('mysql://caf%C3%A9:p%40ss%2Fw%3Ard@db.example/cafe_db')
  expect(target).toMatchObject({
    address: { host: 'db.example', port: 3306, database: 'cafe_db' },
    user: 'café',
  })
  expect(await target.credentials()).toEqual({ password: 'p@ss/w:rd' })
  expect(target.tls).toBeUndefined()
})

test('an IPv6 host and a socket can be named', () => {
  const six = parseDatabaseUrl('mysql://root@[::1]:3307/cafe')
  expect(six.address).toEqual({ host: '::1', port: 3307, database: 'cafe' })
  expect(formatAddress(six.address)).toBe('[::1]:3307')
  const socket = parseDatabaseUrl('mysql://root@localhost/cafe?socket=/run/mysqld/mysqld.sock')
  expect(socket.address).toEqual({ socketPath: '/run/mysqld/mysqld.sock', database: 'cafe' })
  expect(formatAddress(socket.address)).toBe('/run/mysqld/mysqld.sock')
})

test('TLS always verifies', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cafe-roots-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const roots = join(folder, 'roots.pem')
  await writeFile(roots, 'some roots')
  const tlsOf = (options: string) => parseDatabaseUrl(`mysql://a:b@c/d?${options}`).tls
  expect(tlsOf('ssl-mode=VERIFY_IDENTITY')).toEqual({ verifyIdentity: true })
  expect(tlsOf(`ssl-ca=${roots}`)).toEqual({ verifyIdentity: true, ca: 'some roots' })
  expect(tlsOf(`ssl-mode=verify_ca&ssl-ca=${roots}`)).toEqual({
    verifyIdentity: false,
    ca: 'some roots',
  })
  expect(tlsOf('ssl-mode=DISABLED')).toBeUndefined()
  expect(() => tlsOf('ssl-mode=REQUIRED')).toThrow('use DISABLED, VERIFY_CA or VERIFY_IDENTITY')
  expect(() => tlsOf('ssl-ca=/no/such/file')).toThrow('cannot be read: /no/such/file')
})

test.for([
  ['not a url', 'is not a URL'],
  ['postgres://a:hunter2@c/d', 'begins with postgres:'],
  ['mysql://a:hunter2@c', 'names no database'],
  ['mysql://a:hunter2%@c/d', 'has a password that is not percent-encoded'],
  ['mysql://a:hunter2@c/d?sslaccept=strict', 'has an unknown option sslaccept'],
])('%s is refused, and no password is repeated', ([url = '', problem = '']) => {
  expect(() => parseDatabaseUrl(url)).toThrow(`The database URL ${problem}`)
  expect(() => parseDatabaseUrl(url)).not.toThrow('hunter2')
})
