// The listening socket: opened with words when it cannot be, and closed without losing a request.
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedError } from '../errors.js'
import { expressClasses, type Prototypes } from './express-classes.js'

export interface HttpServer {
  port: number
  /** Takes no new request, lets those in flight finish (10 s at most). */
  drain(): Promise<void>
}

const drainMsMost = 10_000

export async function listen(
  app: RequestListener & Prototypes,
  { port, host, onError }: { port: number; host: string; onError: (error: Error) => void },
): Promise<HttpServer> {
  // Looking for slow senders each 2 s instead of 30 makes the limits below mean what they say.
  const server = createServer(
    { ...expressClasses(app), connectionsCheckingInterval: 2000, maxHeaderSize: 16_384 },
    app,
  )
  // A whole request must arrive within 10 s: the forms are small, and a slow sender holds a connection.
  server.headersTimeout = 5000
  server.requestTimeout = 10_000
  // Longer than the 60 s of common load balancers: theirs must be the side that closes an idle connection.
  server.keepAliveTimeout = 65_000
  const inFlight = followResponses(server)
  await open(server, port, host)
  // Out of file handles, say: this connection is lost, the next one need not be.
  server.on('error', onError)
  return {
    port: (server.address() as AddressInfo).port,
    drain: () => drain(server, inFlight),
  }
}

function open(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(explain(error, port, host))
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const details = { cause: error }
  switch (error.code) {
    case 'EADDRINUSE':
      return new ExpectedError('refused', `Port ${port} is taken by another program.`, {
        ...details,
        hint: `Take the next one: PORT=${port + 1} npm start`,
      })
    case 'EACCES':
      return new ExpectedError('refused', `Port ${port} may be opened by root only.`, {
        ...details,
        hint: 'Take one above 1023: PORT=3000 npm start',
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ExpectedError('refused', `HOST=${host} is no address of this machine.`, {
        ...details,
        hint: 'HOST=0.0.0.0 is all of them, HOST=127.0.0.1 this machine alone.',
      })
    default:
      return error
  }
}

function followResponses(server: Server): Set<ServerResponse> {
  const inFlight = new Set<ServerResponse>()
  function forget(this: ServerResponse): void {
    inFlight.delete(this)
  }
  server.on('request', (_request, response) => {
    inFlight.add(response)
    response.on('close', forget)
  })
  return inFlight
}

async function drain(server: Server, inFlight: Set<ServerResponse>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // From here on each connection ends with its answer, so that none has to be waited for while it idles.
  server.prependListener('request', (_request, response) =>
    response.setHeader('Connection', 'close'),
  )
  for (const response of inFlight) {
    if (!response.headersSent) response.setHeader('Connection', 'close')
    response.once('close', () => server.closeIdleConnections())
  }
  server.closeIdleConnections()
  const patience = new AbortController()
  await Promise.race([closed, delay(drainMsMost, undefined, { signal: patience.signal })])
  patience.abort()
  server.closeAllConnections()
}
