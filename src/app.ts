// The café as one Express application: what every page shares, then one line per capability. It never listens, so that
// tests, benchmarks and the server build the same thing.
import { join } from 'node:path'
import express, { type Express } from 'express'
import { forgetOldBaskets } from './basket/queries.js'
import { basketBar, basketRoutes } from './basket/routes.js'
import type { Config } from './config.js'
import type { Database } from './database/database.js'
import { migrationStatus } from './database/migrations.js'
import { createMenuBoard } from './menu/menu-board.js'
import { readMenu } from './menu/queries.js'
import { menuRoutes } from './menu/routes.js'
import { checkoutRoutes } from './orders/checkout-routes.js'
import { createLiveOrders } from './orders/live-orders.js'
import { createPlaceOrder } from './orders/place-order.js'
import { orderRoutes } from './orders/routes.js'
import { migrationsFolder, viewsFolder } from './paths.js'
import { createSlotBook, type SlotBookRules } from './pickup/slot-book.js'
import { installWeb } from './web/install.js'
import type { Logger } from './web/logger.js'

export interface AppOptions {
  config: Config
  db: Database
  logger: Logger
  /** Keys that sign cookies, the newest first. */
  cookieKeys: readonly string[]
  /** Aborted when the server begins to stop: live receipts end, and their pages connect again elsewhere. */
  stopping: AbortSignal
}

const tidyMs = 60 * 60_000

export function createApp({ config, db, logger, cookieKeys, stopping }: AppOptions): Express {
  const app = express()
  const rules = pickupRules(config)
  const style = {
    name: config.CAFE_NAME,
    locale: config.CAFE_LOCALE,
    currency: config.CAFE_CURRENCY,
    timeZone: config.CAFE_TIME_ZONE,
  }
  const board = createMenuBoard(
    () => readMenu(db),
    join(config.CAFE_DATA_DIR, 'menu.json'),
    (error) => logger.warn({ err: error }, 'the menu could not be read or kept'),
  )
  const book = createSlotBook(db, rules)
  const live = createLiveOrders(db, (error) =>
    logger.warn({ err: error }, 'receipts wait for news'),
  )
  const web = installWeb(app, {
    config,
    logger,
    cookieKeys,
    db,
    isMigrated: async () => (await migrationStatus(db, migrationsFolder)).isUpToDate,
    viewsFolder,
    shutdown: stopping,
  })

  app.use(basketBar({ db, style }))
  app.use(menuRoutes({ board, rules, style }))
  app.use(basketRoutes({ db, board, style }))
  app.use(
    checkoutRoutes({
      db,
      board,
      book,
      placeOrder: createPlaceOrder(db, book),
      style,
      metrics: web.metrics,
    }),
  )
  app.use(orderRoutes({ db, board, live, streams: web.streams, rules, style }))
  web.finish()

  const tidying = setInterval(() => {
    forgetOldBaskets(db).catch((error: unknown) => logger.warn({ err: error }, 'old baskets stay'))
  }, tidyMs).unref()
  stopping.addEventListener('abort', () => {
    live.close()
    clearInterval(tidying)
  })
  void board.refresh() // the first visitor shall find the menu there
  return app
}

function pickupRules(config: Config): SlotBookRules {
  return {
    hours: config.CAFE_HOURS,
    timeZone: config.CAFE_TIME_ZONE,
    slotMinutes: config.CAFE_SLOT_MINUTES,
    leadMinutes: config.CAFE_LEAD_MINUTES,
    daysAhead: config.CAFE_DAYS_AHEAD,
    budgetSeconds: config.CAFE_SLOT_WORK_MINUTES * 60,
  }
}
