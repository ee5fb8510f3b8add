import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Browser, type Page } from '../support/browser.js'
import { openCafe, type TestCafe } from '../support/cafe.js'
import { add, orderCoffee, placeButton } from './journey.js'

/** What a first order may cost somebody on a slow line, over the wire, headers included. */
const firstOrderBytesMost = 60_000

let cafe: TestCafe
let browser: Browser
beforeAll(async () => {
  cafe = await openCafe()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await cafe.close()
})

describe('a first order, from an empty cache', () => {
  test('loads 60 kB at most: menu, product and basket with all that belongs to them', async () => {
    const { page, context } = await newVisitor(browser, cafe)
    const loaded = await weigh(page)
    await page.goto('/', { waitUntil: 'networkidle' })
    const menu = loaded.bytes
    await add(page, 9)
    await page.goto('/basket', { waitUntil: 'networkidle' })
    await placeButton(page).waitFor()
    await context.close()
    // Less than the pages' own text would mean that nothing was counted.
    expect(menu).toBeGreaterThan(5_000)
    expect(loaded.bytes).toBeLessThanOrEqual(firstOrderBytesMost)
  })

  test('asks for each picture, style and script once', async () => {
    const { page, context } = await newVisitor(browser, cafe)
    const asked: string[] = []
    page.on('response', (response) => {
      const isFromCache = response.fromServiceWorker() || response.status() === 304
      if (response.url().includes('/assets/') && !isFromCache) asked.push(response.url())
    })
    const loaded = await weigh(page)
    await page.goto('/', { waitUntil: 'networkidle' })
    const first = loaded.requests
    await page.goto('/', { waitUntil: 'networkidle' })
    expect(loaded.requests - first, 'requests of a second look').toBe(1)
    expect(asked.length).toBeGreaterThan(5)
    await context.close()
  })
})

test('the whole journey asks the café alone, and the console stays empty', async () => {
  const { page, context, complaints } = await newVisitor(browser, cafe)
  await page.goto('/?diet=vegan')
  await orderCoffee(page)
  await page.getByRole('button', { name: 'Cancel this order' }).click()
  await page.locator('#status', { hasText: 'Cancelled' }).waitFor()
  await page.getByRole('button', { name: 'Order this again' }).click()
  await page.waitForURL('**/basket?**')
  await page.goto('/orders')
  expect(complaints).toEqual([])
  expect(await page.evaluate('document.cookie'), 'cookies a script could read').toBe('')
  await context.close()
})

/** Counts what comes over the wire, as Chromium's own network panel does. */
async function weigh(page: Page): Promise<{ bytes: number; requests: number }> {
  const loaded = { bytes: 0, requests: 0 }
  const session = await page.context().newCDPSession(page)
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    loaded.bytes += encodedDataLength
    if (encodedDataLength > 0) loaded.requests += 1
  })
  await session.send('Network.enable')
  return loaded
}
