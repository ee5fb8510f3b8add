// Event streams: answers that stay open and tell a page what changes. They are counted, kept awake by heartbeats, and
// closed together when the café shuts down, so that draining does not wait for them.
import type { Request, Response } from 'express'
import { liftDeadline } from './deadline.js'
import { PageError } from './page-error.js'

interface StreamEvent {
  event: string
  id: string
  /** Sent as JSON. */
  data: unknown
}

export interface EventStream {
  /** What the browser saw last before it reconnected. */
  readonly lastEventId: string | undefined
  send(event: StreamEvent): void
  close(): void
  /** Runs once, when either side has closed; at once if that has happened already. */
  onClose(listener: () => void): void
}

export interface EventStreams {
  /** Answers the request with a stream. Throws a 503 beyond the limit. */
  open(req: Request, res: Response): EventStream
}

export interface EventStreamsOptions {
  /** Streams at most, all visitors together. */
  limit: number
  /** Closes every stream and admits no new one. */
  shutdown: AbortSignal
  heartbeatMs?: number
  onCount?: (count: number) => void
}

const HEARTBEAT_MS = 15_000
const RECONNECT_MS = 3000
/** A client that does not read is dropped when this much waits for it. */
const UNREAD_BYTES_MAX = 64 * 1024
const ID_PATTERN = /^[\x20-\x7e]{1,100}$/

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { limit, shutdown, heartbeatMs = HEARTBEAT_MS, onCount } = options
  const open = new Set<Response>()
  let heartbeat: NodeJS.Timeout | undefined

  shutdown.addEventListener('abort', () => {
    for (const res of open) res.end()
  })

  function beat(): void {
    for (const res of open) write(res, ':\n\n')
  }

  function admit(res: Response): void {
    if (shutdown.aborted) throw closing()
    if (open.size >= limit) throw tooMany()
    open.add(res)
    heartbeat ??= setInterval(beat, heartbeatMs).unref()
    onCount?.(open.size)
    res.once('close', () => {
      open.delete(res)
      onCount?.(open.size)
      if (open.size > 0) return
      clearInterval(heartbeat)
      heartbeat = undefined
    })
  }

  return {
    open(req, res) {
      if (!res.closed) admit(res)
      startStream(req, res)
      return {
        lastEventId: lastEventId(req),
        send: ({ event, id, data }) =>
          write(res, `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`),
        close: () => void res.end(),
        onClose: (listener) => (res.closed ? listener() : void res.once('close', listener)),
      }
    },
  }
}

function startStream(req: Request, res: Response): void {
  liftDeadline(res)
  res.setHeader('Content-Type', 'text/event-stream')
  res.setHeader('Cache-Control', 'no-store, no-transform')
  res.setHeader('X-Accel-Buffering', 'no') // nginx would hold events back
  if (req.method === 'HEAD') return void res.end()
  res.flushHeaders()
  write(res, `retry: ${RECONNECT_MS}\n\n`)
}

function write(res: Response, text: string): void {
  if (res.writableEnded || res.destroyed) return
  if (res.writableLength > UNREAD_BYTES_MAX) res.destroy()
  else res.write(text)
}

function lastEventId(req: Request): string | undefined {
  const id = req.get('last-event-id')
  return id !== undefined && ID_PATTERN.test(id) ? id : undefined
}

function tooMany(): PageError {
  return new PageError('unavailable', 'Too many pages are waiting for news at the moment.', {
    hint: 'The page still shows what is new when you reload it.',
  })
}

function closing(): PageError {
  return new PageError('unavailable', 'The café’s server is restarting.', {
    hint: 'Try again in a moment.',
  })
}
