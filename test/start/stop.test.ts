import { connect } from 'node:net'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identify } from '../../src/mysql-server/processes.js'
import { findRunningServer } from '../../src/mysql-server/running.js'
import { makeDataDir, serverOf, startCafe } from './cafe-process.js'

test('a first start opens a café with its menu, and SIGTERM ends it with its database', async () => {
  const cafe = startCafe(await makeDataDir())
  const url = await cafe.url()
  expect(await (await fetch(url)).text()).toContain('Latte')
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const { pid } = await serverOf(cafe.dataDir)
  for (const name of ['cookie-keys', 'mysql/accounts.json']) {
    expect((await stat(join(cafe.dataDir, name))).mode & 0o777).toBe(0o600)
  }
  cafe.child.kill('SIGTERM')
  expect(await cafe.ends()).toEqual({ code: 0, signal: null })
  expect(await identify(pid)).toBeUndefined()
  expect(await findRunningServer(cafe.dataDir)).toBeUndefined()
})

test('Ctrl-C waits for the request in flight and takes no new one', async () => {
  const cafe = startCafe(await makeDataDir())
  const url = new URL(await cafe.url())
  const body = 'product=1&quantity=1'
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  const head = [
    'POST /basket/lines HTTP/1.1',
    `Host: ${url.host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    'Expect: 100-continue', // its answer says that the request has reached the café
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  // Twice, as under npm start: from the terminal, and from npm, which passes its own on.
  cafe.child.kill('SIGINT')
  cafe.child.kill('SIGINT')
  await cafe.says('Stopping')
  cafe.child.kill('SIGINT')
  await expect(fetch(url)).rejects.toThrow()
  socket.write(body)
  await once(socket, 'close')
  expect(answer).toMatch(/HTTP\/1\.1 403/) // a form without its token: answered, by the page that says so
  expect(answer).toMatch(/\r\nConnection: close\r\n/i)
  expect((await cafe.ends()).code).toBe(0)
})

test('a second Ctrl-C ends it at once, and its database in order', async () => {
  const cafe = startCafe(await makeDataDir())
  const url = new URL(await cafe.url())
  const socket = connect(Number(url.port), url.hostname)
  socket.on('error', () => undefined) // it is cut off, as it should be
  await once(socket, 'connect')
  socket.write(
    [
      'POST /orders HTTP/1.1',
      `Host: ${url.host}`,
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 9', // which never come
      'Expect: 100-continue',
    ].join('\r\n') + '\r\n\r\n',
  )
  await once(socket, 'data')
  cafe.child.kill('SIGINT')
  await cafe.says('Stopping')
  const pressing = setInterval(() => cafe.child.kill('SIGINT'), 100)
  expect((await cafe.ends()).code).toBe(130)
  clearInterval(pressing)
  const again = startCafe(cafe.dataDir)
  await again.url()
  again.child.kill('SIGTERM')
  expect((await again.ends()).code).toBe(0)
})
