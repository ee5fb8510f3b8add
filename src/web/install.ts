// Puts together what every page shares, in the order in which a request meets it.
import { join } from 'node:path'
import ejs from 'ejs'
import { Router, type Application } from 'express'
import type { Config } from '../config.js'
import type { Database } from '../database/database.js'
import { addressProblem } from './address-check.js'
import { compressPages } from './compress.js'
import { checkCsrf, useCsrf } from './csrf.js'
import { deadline, DEADLINE_MS } from './deadline.js'
import { errorPage, errorShower } from './error-page.js'
import { formBody } from './form-body.js'
import { HEALTH_PATHS, healthRoutes } from './health.js'
import type { Logger } from './logger.js'
import { createMetrics, type Metrics } from './metrics.js'
import { methodProblem, notFound } from './not-found.js'
import { setPageLocals, usePageLocals } from './page-locals.js'
import { limitPosts } from './rate-limit.js'
import { requestLog } from './request-log.js'
import { securityHeaders } from './security-headers.js'
import { createEventStreams, type EventStreams } from './sse.js'
import { ASSETS_PREFIX, loadAssets } from './static-assets.js'
import { useCookieKeys } from './visitor.js'

const EVENT_STREAMS_MAX = 500

export interface WebOptions {
  config: Config
  logger: Logger
  /** The newest first; at least one. */
  cookieKeys: readonly string[]
  db: Pick<Database, 'rows' | 'pool'>
  /** Whether the database has every migration, for /readyz. */
  isMigrated: () => Promise<boolean>
  /** The folder of views/, assets included. */
  viewsFolder: string
  /** Aborted when the server starts to close: event streams end, /readyz says so. */
  shutdown: AbortSignal
  deadlineMs?: number
  eventStreamsMax?: number
  heartbeatMs?: number
}

export interface Web {
  metrics: Metrics
  streams: EventStreams
  assetUrl: (path: string) => string
  /** To be called after the routes: answers what none of them took, and every error. */
  finish(): void
}

export function installWeb(app: Application, options: WebOptions): Web {
  const { config, logger, cookieKeys, db, isMigrated, viewsFolder, shutdown } = options
  const { deadlineMs = DEADLINE_MS, eventStreamsMax = EVENT_STREAMS_MAX, heartbeatMs } = options
  const metrics = createMetrics(() => db.pool.stats())
  const assets = loadAssets(join(viewsFolder, 'assets'))
  const showError = errorShower(logger)

  useSettings(app, config, viewsFolder)
  useCookieKeys(app, cookieKeys)
  useCsrf(app, cookieKeys)
  usePageLocals(app, config, assets.assetUrl)

  const logRequest = requestLog(logger, metrics)
  const setSecurityHeaders = securityHeaders()
  const setDeadline = deadline(deadlineMs, showError)
  const health = healthRoutes({ db, isMigrated, metrics, shutdown })
  const compressPage = compressPages()
  const forms = Router().use(limitPosts(config.CAFE_POSTS_PER_MINUTE), formBody(), checkCsrf)

  // One middleware instead of ten: Express takes a microsecond or two for each, and most requests only look at pages.
  app.use(function meetRequest(req, res, next) {
    logRequest(req, res)
    setSecurityHeaders(req, res)
    setDeadline(req, res)
    setPageLocals(req, res)
    const problem = addressProblem(req) ?? methodProblem(req, res)
    if (problem) return next(problem)
    if (req.url.startsWith(ASSETS_PREFIX)) return assets.serve(req, res, next)
    if (HEALTH_PATHS.has(req.path)) return health(req, res, next)
    if (req.method === 'POST') return compressPage(req, res, () => forms(req, res, next))
    compressPage(req, res, next)
  })

  const streams = createEventStreams({
    limit: eventStreamsMax,
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    shutdown,
    onCount: (count) => metrics.eventStreams.set(count),
  })
  return {
    metrics,
    streams,
    assetUrl: assets.assetUrl,
    finish() {
      app.use(notFound(app))
      app.use(errorPage(showError))
    },
  }
}

function useSettings(app: Application, config: Config, viewsFolder: string): void {
  app.disable('x-powered-by')
  app.set('trust proxy', config.CAFE_TRUST_PROXY ? 1 : false)
  app.set('etag', false) // pages differ per visitor: hashing each would cost more than it saves
  app.engine('ejs', ejs.renderFile)
  app.set('view engine', 'ejs')
  app.set('views', viewsFolder)
  app.enable('view cache')
}
