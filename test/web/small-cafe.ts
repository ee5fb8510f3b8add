// A small app on everything that pages share, with a few routes of its own to knock on. Its log is kept for reading.
import express, { type Express } from 'express'
import request from 'supertest'
import { readConfig } from '../../src/config.js'
import { openDatabase, type Database } from '../../src/database/database.js'
import { csrfToken } from '../../src/web/csrf.js'
import { installWeb, type Web, type WebOptions } from '../../src/web/install.js'
import { createLogger } from '../../src/web/logger.js'
import { visitorId } from '../../src/web/visitor.js'

import { viewsFolder } from '../../src/paths.js'
export const keys = ['the newest key of thirty-two chars', 'an older key of thirty-two letters']

export interface SmallCafe {
  app: Express
  web: Web
  /** Every line of the log, as text. */
  log: string[]
  shutdown: AbortController
  /** A browser that keeps its cookies. */
  browser(): ReturnType<typeof request.agent>
}

interface SmallCafeOptions extends Partial<Omit<WebOptions, 'config' | 'logger' | 'shutdown'>> {
  env?: Record<string, string>
  routes?: (app: Express, web: Web) => void
}

export function openSmallCafe({ env, routes, ...options }: SmallCafeOptions = {}): SmallCafe {
  const app = express()
  const config = readConfig({ CAFE_TIME_ZONE: 'Europe/Vienna', ...env })
  const log: string[] = []
  const shutdown = new AbortController()
  const web = installWeb(app, {
    config,
    logger: createLogger(config, { write: (line) => void log.push(line) }),
    cookieKeys: keys,
    db: databaseNobodyServes(),
    isMigrated: () => Promise.resolve(true),
    viewsFolder,
    shutdown: shutdown.signal,
    ...options,
  })
  app.get('/visitor', (req, res) => void res.json(visitorId(req)))
  app.get('/form', (req, res) => void res.json(csrfToken(req)))
  app.post('/form', (req, res) => void res.json(req.body))
  app.get('/orders/:receiptId', (_req, res) => void res.send('a receipt'))
  routes?.(app, web)
  web.finish()
  return { app, web, log, shutdown, browser: () => request.agent(app) }
}

/** Port 1 is nobody's. */
export function databaseNobodyServes(port = 1): Database {
  return openDatabase({
    address: { host: '127.0.0.1', port, database: 'cafe_db' },
    user: 'cafe',
    credentials: () => Promise.resolve({ password: 'a password not to be shown' }),
  })
}

/** The token of this browser's forms. */
export async function tokenOf(browser: ReturnType<typeof request.agent>): Promise<string> {
  const answer = await browser.get('/form')
  return answer.body as string
}
