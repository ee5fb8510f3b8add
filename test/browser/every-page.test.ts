import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  desktop,
  launchBrowser,
  newVisitor,
  phone,
  type Browser,
  type Visit,
} from '../support/browser.js'
import { openCafe } from '../support/cafe.js'
import { ownServer } from '../support/own-server.js'
import { askAxe, cutOff, doubleText, scrolledToEnd, tooSmall } from './in-page.js'
import type { Stage } from './stage.js'
import { pageStates } from './states.js'

let stage: Stage
let browser: Browser
let axeSource: string
beforeAll(async () => {
  const own = await ownServer()
  const cafe = await openCafe({ CAFE_SLOT_WORK_MINUTES: '1000' }, { db: own.db })
  stage = { own, cafe }
  browser = await launchBrowser()
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
})
afterAll(async () => {
  await browser.close()
  await stage.cafe.close()
  await stage.own.close()
})

describe.each(pageStates)('the page: $name', ({ show }) => {
  let visit: Visit
  let undo: void | (() => Promise<void>)
  beforeAll(async () => {
    visit = await newVisitor(browser, stage.cafe)
    undo = await show(visit.page, stage)
  })
  afterAll(async () => {
    await visit.context.close()
    await undo?.()
  })

  test('is accessible on phone and desktop, light and dark, as far as axe can tell', async () => {
    const { page } = visit
    await page.evaluate(axeSource)
    for (const viewport of [phone, desktop]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(viewport)
        await page.emulateMedia({ colorScheme })
        // At its end nothing lies under the basket's bar, which elsewhere floats over whatever is scrolled there.
        await page.evaluate(scrolledToEnd)
        expect(await page.evaluate(askAxe), `${viewport.width} px, ${colorScheme}`).toEqual([])
      }
    }
  })

  test('has targets large enough for a finger', async () => {
    await visit.page.setViewportSize(phone)
    expect(await visit.page.evaluate(tooSmall)).toEqual([])
  })

  test('fits a narrow window, and text twice as large', async () => {
    const { page } = visit
    await page.setViewportSize({ width: 320, height: 640 })
    expect(await page.evaluate(cutOff), '320 px wide').toEqual([])
    await page.evaluate(doubleText)
    for (const viewport of [phone, { width: 1280, height: 800 }]) {
      await page.setViewportSize(viewport)
      expect(await page.evaluate(cutOff), `double text, ${viewport.width} px wide`).toEqual([])
    }
  })

  test('asks nobody but the café, and keeps its own rules', () => {
    expect(visit.complaints).toEqual([])
  })
})
