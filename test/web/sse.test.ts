import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { EventStream } from '../../src/web/sse.js'
import { openSmallCafe, type SmallCafe } from './small-cafe.js'

let server: Server | undefined

interface Live extends SmallCafe {
  url: string
  streams: EventStream[]
}

async function openLiveCafe(options: Parameters<typeof openSmallCafe>[0] = {}): Promise<Live> {
  const streams: EventStream[] = []
  const cafe = openSmallCafe({
    ...options,
    routes: (app, web) =>
      app.get('/live', (req, res) => {
        const stream = web.streams.open(req, res)
        streams.push(stream)
        stream.send({
          event: 'status',
          id: '7',
          data: { seen: stream.lastEventId ?? null, text: 'one\ntwo' },
        })
      }),
  })
  server = createServer(cafe.app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`
  return { ...cafe, url, streams }
}

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  end: string,
): Promise<string> {
  let text = ''
  while (!text.includes(end)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`The stream ended after ${text}`)
    text += Buffer.from(value).toString()
  }
  return text
}

describe('an event stream', () => {
  test('is open at once, not compressed, not cached, and knows what the browser saw last', async () => {
    const cafe = await openLiveCafe({ deadlineMs: 50 })
    const answer = await fetch(cafe.url, {
      headers: { 'Last-Event-ID': '6', 'Accept-Encoding': 'gzip, br' },
    })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const reader = answer.body!.getReader()
    const text = await readUntil(reader, '}\n\n')
    expect(text).toBe(
      'retry: 3000\n\nevent: status\nid: 7\ndata: {"seen":"6","text":"one\\ntwo"}\n\n',
    )
    await reader.cancel()
  })

  test('outlives the deadline and beats while nothing happens', async () => {
    const cafe = await openLiveCafe({ deadlineMs: 50, heartbeatMs: 120 })
    const reader = (await fetch(cafe.url)).body!.getReader()
    await readUntil(reader, '\n\n:\n\n')
    cafe.streams[0]!.send({ event: 'status', id: '8', data: 'still here' })
    await readUntil(reader, 'still here')
    await reader.cancel()
  })

  test('tells when the browser has left', async () => {
    const cafe = await openLiveCafe()
    const leaving = new AbortController()
    const answer = await fetch(cafe.url, { signal: leaving.signal })
    await readUntil(answer.body!.getReader(), '}\n\n')
    const closed = new Promise<void>((resolve) => cafe.streams[0]!.onClose(resolve))
    leaving.abort()
    await closed
    await new Promise<void>((resolve) => cafe.streams[0]!.onClose(resolve)) // at once, when it is closed already
    expect(() => cafe.streams[0]!.send({ event: 'status', id: '9', data: null })).not.toThrow()
    expect(await cafe.web.metrics.print()).toContain('cafe_event_streams 0')
  })

  test('ends when the café shuts down, and no new one is opened', async () => {
    const cafe = await openLiveCafe()
    const answers = await Promise.all([fetch(cafe.url), fetch(cafe.url)])
    cafe.shutdown.abort()
    for (const answer of answers) expect(await answer.text()).toContain('event: status')
    expect((await fetch(cafe.url)).status).toBe(503)
  })

  test('is refused beyond the limit, and possible again when another has closed', async () => {
    const cafe = await openLiveCafe({ eventStreamsMax: 1 })
    const first = await fetch(cafe.url)
    const refused = await fetch(cafe.url)
    expect(refused.status).toBe(503)
    expect(await refused.text()).toContain('when you reload it')
    cafe.streams[0]!.close()
    await first.text()
    const second = await fetch(cafe.url)
    expect(second.status).toBe(200)
    await second.body!.cancel()
  })

  test('has nothing to tell a HEAD request', async () => {
    const cafe = await openLiveCafe()
    const answer = await fetch(cafe.url, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  test('takes no odd Last-Event-ID for an id', async () => {
    const cafe = await openLiveCafe()
    const answer = await fetch(cafe.url, { headers: { 'Last-Event-ID': 'x'.repeat(500) } })
    expect(await readUntil(answer.body!.getReader(), '}\n\n')).toContain('"seen":null')
  })
})
