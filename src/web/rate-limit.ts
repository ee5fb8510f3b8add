// So many forms a minute from one address, and no more. Looking at pages is not counted.
import { rateLimit } from 'express-rate-limit'
import type { RequestHandler } from 'express'
import { PageError } from './page-error.js'

const WINDOW_MS = 60_000

export function limitPosts(postsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: postsPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
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
