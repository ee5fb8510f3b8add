import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Express } from 'express'
import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { openSmallCafe, tokenOf } from './small-cafe.js'

describe('an address', () => {
  test.each([
    '/%',
    '/%zz',
    '/%ff',
    '/%c3%28',
    '/visitor?q=%',
    '/visitor?q=%fe',
    '/a%00b',
    '/visitor?q=%00',
  ])('%s cannot be read', async (address) => {
    const reply = await sendRaw(openSmallCafe().app, `GET ${address} HTTP/1.1\r\nHost: cafe\r\n`)
    expect(reply).toMatch(/^HTTP\/1.1 400 /)
    expect(reply).toContain('The address cannot be read')
  })

  test('with bytes that are not encoded cannot be read', async () => {
    const reply = await sendRaw(openSmallCafe().app, 'GET /caf\xe9 HTTP/1.1\r\nHost: cafe\r\n')
    expect(reply).toMatch(/^HTTP\/1.1 400 /)
  })

  test('with well encoded words is simply one that does not exist', async () => {
    expect((await request(openSmallCafe().app).get('/caf%C3%A9?q=%E2%98%95')).status).toBe(404)
  })

  test('can be too long', async () => {
    const page = await request(openSmallCafe().app).get(`/${'a'.repeat(3000)}`)
    expect(page.status).toBe(414)
  })
})

describe('a method', () => {
  test.each(['put', 'patch', 'delete', 'options'] as const)(
    '%s is not for forms',
    async (method) => {
      const page = await request(openSmallCafe().app)[method]('/form')
      expect(page.status).toBe(405)
      expect(page.headers['allow']).toBe('GET, HEAD, POST')
    },
  )

  test('that the address does not have is refused with those it has', async () => {
    const { app, browser } = openSmallCafe({
      routes: (cafe) => cafe.post('/only/by/post', (_req, res) => void res.send('done')),
    })
    const read = await request(app).get('/only/by/post')
    expect([read.status, read.headers['allow']]).toEqual([405, 'POST'])
    const sender = browser()
    const _csrf = await tokenOf(sender)
    const sent = await sender.post('/visitor').type('form').send({ _csrf })
    expect([sent.status, sent.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })
})

describe('a body', () => {
  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense'])(
    'of type "%s" is not a form',
    async (type) => {
      const page = await request(openSmallCafe().app)
        .post('/form')
        .set('Content-Type', type)
        .send('{"a":1}')
      expect(page.status).toBe(415)
      expect(page.text).toContain('Only forms can be sent to this page')
    },
  )

  test('in another character set, or compressed, is not read', async () => {
    const { app } = openSmallCafe()
    const form = 'application/x-www-form-urlencoded'
    const latin = await request(app)
      .post('/form')
      .set('Content-Type', `${form}; charset=iso-8859-1`)
      .send('a=1')
    expect(latin.status).toBe(415)
    const zipped = await request(app)
      .post('/form')
      .set({ 'Content-Type': `${form}; charset=UTF-8`, 'Content-Encoding': 'gzip' })
      .send('a=1')
    expect(zipped.status).toBe(415)
  })

  test.each([
    ['encoded bytes that are not UTF-8', 'name=%ff'],
    ['half a character', 'name=%e2%98'],
    ['NUL', 'name=a%00b'],
    ['a bare NUL', 'name=a\0b'],
    ['a bare percent sign', 'name=100%'],
  ])('with %s is refused', async (_what, body) => {
    expect((await postBytes(Buffer.from(`${body}&_csrf=x`))).status).toBe(400)
  })

  test('with bare bytes that are not UTF-8 is refused', async () => {
    expect((await postBytes(Buffer.from('name=caf\xe9', 'latin1'))).status).toBe(400)
  })

  test('keeps emoji, plus signs and repeated fields', async () => {
    const browser = openSmallCafe().browser()
    const _csrf = await tokenOf(browser)
    const page = await browser
      .post('/form')
      .type('form')
      .send(`_csrf=${_csrf}&name=Zo%C3%AB+%E2%98%95&line=1&line=2&__proto__=x&bare=\u2615`)
    expect(page.body).toMatchObject({ name: 'Zoë ☕', line: ['1', '2'], bare: '☕' })
  })

  test('can be too large, and the connection is not read to its end', async () => {
    const page = await postBytes(Buffer.from(`a=${'x'.repeat(40_000)}`))
    expect(page.status).toBe(413)
    expect(page.headers.get('connection')).toBe('close')
  })

  test('can have too many fields', async () => {
    const lines = (count: number) => Buffer.from('l=1&'.repeat(count).slice(0, -1))
    expect((await postBytes(lines(10_000))).status).toBe(413)
    expect((await postBytes(lines(201))).status).toBe(413)
    expect((await postBytes(lines(200))).status).toBe(403) // read, and refused only for want of a token
  })
})

test('more forms a minute than allowed are refused, looking is not', async () => {
  const { app, browser } = openSmallCafe({ env: { CAFE_POSTS_PER_MINUTE: '3' } })
  const sender = browser()
  const _csrf = await tokenOf(sender)
  const send = () => sender.post('/form').type('form').send({ _csrf })
  for (let sent = 0; sent < 3; sent += 1) expect((await send()).status).toBe(200)
  const refused = await send()
  expect(refused.status).toBe(429)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.text).toContain('Wait a minute')
  expect((await request(app).get('/visitor')).status).toBe(200)
})

/** Sends the bytes as they are, which supertest would not. */
async function postBytes(bytes: Buffer): Promise<Response> {
  const server = createServer(openSmallCafe().app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`http://127.0.0.1:${port}/form`, {
    method: 'POST',
    headers,
    body: bytes,
  })
  await answer.text()
  server.close()
  return answer
}

/** Sends the head as it stands, which no HTTP client would, and returns the whole answer. */
async function sendRaw(app: Express, head: string): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(Buffer.from(`${head}Connection: close\r\n\r\n`, 'latin1'))
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  server.close()
  return answer
}
