// A real Chromium for the tests of pages, and the eyes that go with it.
import { access, constants } from 'node:fs/promises'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import type { TestCafe } from './cafe.js'

export type { Browser, BrowserContext, Page } from 'playwright-core'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const phone = { width: 390, height: 844 }
export const tablet = { width: 820, height: 1180 }
export const desktop = { width: 1440, height: 900 }

/** How long a page may take to show what it should, in milliseconds: long, because the machine may be busy. */
const patienceMs = 15_000

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  await access(executablePath, constants.X_OK).catch(() => {
    throw new Error(
      `No browser at ${executablePath}. Install one: sudo apt-get install -y chromium, or name one: CHROMIUM_PATH=…`,
    )
  })
  return chromium.launch({ executablePath, args: flags })
}

export interface Visit {
  context: BrowserContext
  page: Page
  /** What no page may ever do: ask another site, break its own rules, or complain in the console. */
  complaints: string[]
}

/** A browser that has never been to this café, with one empty page. On a phone, unless `options` say otherwise. */
export async function newVisitor(
  browser: Browser,
  cafe: Pick<TestCafe, 'url'>,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL: cafe.url, viewport: phone, ...options })
  context.setDefaultTimeout(patienceMs)
  const complaints: string[] = []
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== cafe.url) complaints.push(`asked ${request.url()}`)
  })
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isOwnStatus(message.text()))
      complaints.push(message.text())
  })
  context.on('weberror', (problem) => complaints.push(String(problem.error())))
  const page = await context.newPage()
  return { context, page, complaints }
}

// Chromium reports an error page in the console too; that a page has such a status is not a mistake in it.
function isOwnStatus(text: string): boolean {
  return text.startsWith('Failed to load resource: the server responded with a status of')
}
