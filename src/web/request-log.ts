// One line and one measurement for every request: what was asked, what came of it, how long it took. No query, no
// cookie, no client address; and of addresses that work like a key (receipts) only the pattern.
import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Logger } from './logger.js'
import type { Metrics } from './metrics.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express offers no other way to extend a request
  namespace Express {
    interface Request {
      id: string
      startedAt: number
    }
  }
}

/** Long segments may be somebody's receipt, also in an address with a mistake in it. */
const SECRET_LENGTH_MIN = 12
const PATH_LENGTH_MAX = 100

/** Numbers the request and sees to it that its end is logged and measured. */
export function requestLog(logger: Logger, metrics: Metrics) {
  const prefix = randomBytes(4).toString('hex')
  let count = 0

  function writeLine(this: Response): void {
    const { req } = this
    const milliseconds = performance.now() - req.startedAt
    const isStream = this.getHeader('content-type') === 'text/event-stream'
    const route = routeOf(req)
    if (!isStream) metrics.observeRequest(req.method, route, this.statusCode, milliseconds)
    const line = {
      id: req.id,
      method: req.method,
      path: route ?? hideSecrets(req.originalUrl),
      status: this.statusCode,
      ms: Math.round(milliseconds * 10) / 10,
      ...(this.writableFinished || isStream ? undefined : { aborted: true }),
    }
    if (this.statusCode >= 500) logger.error(line)
    else if (this.statusCode >= 400) logger.warn(line)
    else logger.info(line)
  }

  return function logRequest(req: Request, res: Response): void {
    req.id = `${prefix}-${(count += 1).toString(36)}`
    req.startedAt = performance.now()
    res.setHeader('X-Request-Id', req.id)
    res.on('close', writeLine)
  }
}

function routeOf(req: Request): string | undefined {
  const route = req.route as { path?: unknown } | undefined
  return typeof route?.path === 'string' ? req.baseUrl + route.path : undefined
}

function hideSecrets(address: string): string {
  const [path = ''] = address.split('?', 1)
  return path
    .slice(0, PATH_LENGTH_MAX)
    .split('/')
    .map((segment) => (segment.length < SECRET_LENGTH_MIN ? segment : '…'))
    .join('/')
}
