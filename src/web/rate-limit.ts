// So many forms a minute from one address, and no more. Looking at pages is not counted.
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Request, RequestHandler } from 'express'
import { PageError } from './page-error.js'

const WINDOW_MS = 60_000

export function limitPosts(postsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: postsPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: clientOf,
    // Its advice about X-Forwarded-For goes to the console, and any client could provoke it.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_req, res, next) => {
      res.setHeader('Retry-After', String(WINDOW_MS / 1000))
      next(
        new PageError('refused', 'That was too much at once, so nothing was done.', {
          status: 429,
          hint: 'Wait a minute and try again.',
        }),
      )
    },
  })
}

// An IPv6 client has a whole network of addresses, so the network is counted. Taking IPv6 apart is slow, and most
// clients are IPv4 ones in its disguise.
function clientOf(req: Request): string {
  const address = req.ip ?? ''
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length)
  return address.includes(':') ? ipKeyGenerator(address) : address
}
