// Not a test: pictures of every page in every state, to be looked at, and the README's (menu.webp, for docs/images).
// Starts what it needs itself.
//   npm run build && node dist/test/browser/screenshots.js OUT_DIR [only states whose name contains this]
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  desktop,
  launchBrowser,
  newVisitor,
  phone,
  tablet,
  type Browser,
  type Page,
} from '../support/browser.js'
import { openCafe } from '../support/cafe.js'
import { ownServer } from '../support/own-server.js'
import { takeReadmePicture } from './readme-picture.js'
import type { PageState, Stage } from './stage.js'
import { pageStates } from './states.js'

const sizes = { phone, tablet, desktop }
const schemes = ['light', 'dark'] as const

async function takeAll(folder: string, wanted: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const own = await ownServer()
  const cafe = await openCafe({ CAFE_SLOT_WORK_MINUTES: '1000' }, { db: own.db })
  const browser = await launchBrowser()
  try {
    await takeReadmePicture(browser, cafe, join(folder, 'menu.webp'))
    for (const state of pageStates.filter(({ name }) => name.includes(wanted))) {
      await take(browser, { own, cafe }, state, folder)
      process.stdout.write(`${state.name}\n`)
    }
  } finally {
    await browser.close()
    await cafe.close()
    await own.close()
  }
}

async function take(
  browser: Browser,
  stage: Stage,
  { name, show }: PageState,
  folder: string,
): Promise<void> {
  const { page, context } = await newVisitor(browser, stage.cafe, { reducedMotion: 'reduce' })
  const undo = await show(page, stage)
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme })
      const file = `${name.replaceAll(' ', '-')}.${size}.${colorScheme}.png`
      await picture(page, join(folder, file))
    }
  }
  await context.close()
  await undo?.()
}

async function picture(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, fullPage: true, animations: 'disabled' })
}

const [folder, wanted = ''] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('Where to? node dist/test/browser/screenshots.js OUT_DIR [state]\n')
  process.exitCode = 2
} else {
  await takeAll(folder, wanted)
}
