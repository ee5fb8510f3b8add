// Questions that machines ask: does the process live, can it serve, and how is it doing. They set no cookie and need
// no page; only the second one asks the database.
import { Router } from 'express'
import type { Sql } from '../database/sql.js'
import type { Metrics } from './metrics.js'

/** Less than the interval at which load balancers ask. */
const DATABASE_ANSWER_MS = 1000

export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

export interface HealthOptions {
  db: Pick<Sql, 'rows'>
  /** Whether the database has every migration; asked until it says yes. */
  isMigrated: () => Promise<boolean>
  metrics: Metrics
  shutdown: AbortSignal
}

export function healthRoutes({ db, isMigrated, metrics, shutdown }: HealthOptions): Router {
  const routes = Router()
  let wasMigrated = false

  async function whyNotReady(): Promise<string | undefined> {
    if (shutdown.aborted) return 'closing'
    await db.rows('SELECT 1')
    wasMigrated ||= await isMigrated()
    return wasMigrated ? undefined : 'the database lacks migrations'
  }

  routes.get('/healthz', function answerAlive(_req, res) {
    res.type('text').send('alive\n')
  })

  routes.get('/readyz', async function answerReady(_req, res) {
    const problem = await within(DATABASE_ANSWER_MS, whyNotReady())
    res.status(problem === undefined ? 200 : 503)
    res.type('text').send(problem === undefined ? 'ready\n' : `not ready: ${problem}\n`)
  })

  routes.get('/metrics', async function printMetrics(_req, res) {
    res.setHeader('Content-Type', metrics.contentType)
    res.end(await metrics.print())
  })

  return routes
}

async function within(ms: number, work: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, ms, `the database did not answer within ${ms} ms`)
  })
  // Why it failed stands in the log of whoever needed it; here it might tell strangers about our network.
  const answer = work.catch(() => 'the database cannot be reached')
  const first = await Promise.race([answer, tooLate])
  clearTimeout(timer)
  return first
}
