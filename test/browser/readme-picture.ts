// The README's picture: the menu on a desktop and on a phone.
import { writeFile } from 'node:fs/promises'
import { newVisitor, phone, type Browser } from '../support/browser.js'
import type { TestCafe } from '../support/cafe.js'
import { add } from './journey.js'

const wide = { width: 1200, height: 860 }

export async function takeReadmePicture(
  browser: Browser,
  cafe: TestCafe,
  file: string,
): Promise<void> {
  const desktop = await menuPicture(browser, cafe, wide)
  const handheld = await menuPicture(browser, cafe, phone)
  await writeFile(file, await compose(browser, desktop, handheld))
}

async function menuPicture(
  browser: Browser,
  cafe: TestCafe,
  viewport: typeof wide,
): Promise<string> {
  const { page, context } = await newVisitor(browser, cafe, { viewport, reducedMotion: 'reduce' })
  await add(page, 9)
  await page.goto('/')
  const picture = await page.screenshot()
  await context.close()
  return `data:image/png;base64,${picture.toString('base64')}`
}

async function compose(browser: Browser, desktop: string, handheld: string): Promise<Buffer> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } })
  const page = await context.newPage()
  await page.setContent(
    `<body style="margin:0;background:#e9dcc6">
     <img src="${desktop}" style="position:absolute;left:30px;top:34px;width:820px;border-radius:10px">
     <img src="${handheld}" style="position:absolute;right:30px;top:120px;width:252px;border-radius:22px;border:7px solid #2e1f17">`,
  )
  // WebP is a fifth of the same PNG. Playwright does not offer it, Chromium does.
  const session = await context.newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  await context.close()
  return Buffer.from(data, 'base64')
}
