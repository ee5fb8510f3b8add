// The server around the app, with limits on how slowly and how much a client may send before any page sees it.
import { createServer, type RequestListener, type Server } from 'node:http'

const HEADER_BYTES_MAX = 16 * 1024
const HEADERS_MAX = 100
const HEADERS_MS = 10_000
const REQUEST_MS = 15_000
/** Longer than the 60 s after which load balancers let go of an idle connection: whoever closes first must be them. */
const KEEP_ALIVE_MS = 65_000
const CHECK_INTERVAL_MS = 2000

/** A server that does not listen yet. Too slow clients get 408, too large headers 431, unreadable requests 400. */
export function createHttpServer(app: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    app,
  )
  server.maxHeadersCount = HEADERS_MAX
  return server
}
