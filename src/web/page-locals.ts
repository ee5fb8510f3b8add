// What every view can use without its route passing it on.
import type { Application, Request, Response } from 'express'
import type { Config } from '../config.js'
import { csrfToken } from './csrf.js'

/** Locals that are the same for everybody: `cafe`, `asset(path)`, and `basket` until a route knows better. */
export function usePageLocals(
  app: Application,
  config: Config,
  assetUrl: (path: string) => string,
): void {
  app.locals.cafe = Object.freeze({
    name: config.CAFE_NAME,
    locale: config.CAFE_LOCALE,
    currency: config.CAFE_CURRENCY,
    timeZone: config.CAFE_TIME_ZONE,
  })
  app.locals.asset = assetUrl
  app.locals.basket = null
}

/** Locals of one request: `requestId`, `path`, and `csrf`, which mints a token only if the view prints it. */
export function setPageLocals(req: Request, res: Response): void {
  const { locals } = res
  locals.requestId = req.id
  locals.path = req.path
  locals.csrf = new LazyToken(req)
}

/** Prints as the token: `<%= csrf %>`. */
class LazyToken {
  constructor(private readonly req: Request) {}

  toString(): string {
    return csrfToken(this.req)
  }
}
