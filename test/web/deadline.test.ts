import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Response } from 'express'
import request from 'supertest'
import { expect, test } from 'vitest'
import { openSmallCafe, tokenOf } from './small-cafe.js'

const deadlineMs = 60

test('a page that takes too long is given up with words, and its late answer goes nowhere', async () => {
  let slow: Response | undefined
  const { app } = openSmallCafe({
    deadlineMs,
    routes: (cafe) => cafe.get('/slow', (_req, res) => void (slow = res)),
  })
  const page = await request(app).get('/slow')
  expect(page.status).toBe(503)
  expect(page.headers['retry-after']).toBeDefined()
  expect(page.text).toContain('took too long')
  expect(() => slow!.cookie('a', 'b').status(200).type('html').send('late')).not.toThrow()
  expect(() => slow!.redirect(303, '/late')).not.toThrow()
  expect(() => slow!.render('error', {})).not.toThrow()
})

test('a handler that fails after its deadline is logged and disturbs nobody', async () => {
  let fail: ((error: Error) => void) | undefined
  const { app, log } = openSmallCafe({
    deadlineMs,
    routes: (cafe) => cafe.get('/slow', () => new Promise((_resolve, reject) => (fail = reject))),
  })
  expect((await request(app).get('/slow')).status).toBe(503)
  fail!(new Error('too late'))
  expect((await request(app).get('/visitor')).status).toBe(200)
  expect(log.join('')).toContain('too late')
})

test('a form that is slow to be dealt with can be sent again with the same fields', async () => {
  const { browser } = openSmallCafe({
    deadlineMs,
    routes: (cafe) => cafe.post('/slow', () => undefined),
  })
  const sender = browser()
  const _csrf = await tokenOf(sender)
  const page = await sender
    .post('/slow')
    .type('form')
    .send({ _csrf, key: 'the-same-key', line: ['1', '2'] })
  expect(page.status).toBe(503)
  expect(page.text).toContain('action="/slow"')
  expect(page.text).toContain('value="the-same-key"')
  expect(page.text.match(/name="line"/g)).toHaveLength(2)
  expect(page.text.match(/name="_csrf"/g)).toHaveLength(1)
})

test('a form that arrives too slowly is given up', async () => {
  const server = createServer(openSmallCafe({ deadlineMs }).app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': 100 }
  const slow = httpRequest({ port, host: '127.0.0.1', path: '/form', method: 'POST', headers })
  slow.write('half=')
  const [answer] = (await once(slow, 'response')) as [{ statusCode: number; headers: object }]
  expect(answer.statusCode).toBe(408)
  expect(answer.headers).toMatchObject({ connection: 'close' })
  slow.on('error', () => undefined).destroy()
  server.close()
})
