import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Browser, type Page } from '../support/browser.js'
import { openCafe, type TestCafe } from '../support/cafe.js'
import { move, orderCoffee } from './journey.js'

let cafe: TestCafe
let browser: Browser
let page: Page
beforeAll(async () => {
  cafe = await openCafe()
  browser = await launchBrowser()
})
beforeEach(async () => {
  const visit = await newVisitor(browser, cafe)
  page = visit.page
  return () => visit.context.close()
})
afterAll(async () => {
  await browser.close()
  await cafe.close()
})

const words = {
  new: 'We have your order',
  making: 'Being made',
  ready: 'Ready to collect',
  collected: 'Collected',
}

describe('an open receipt', () => {
  test('shows each step within moments, without loading itself again', async () => {
    const path = await orderCoffee(page)
    const loads: string[] = []
    page.on('framenavigated', (frame) => loads.push(frame.url()))
    await expectStatus('new')
    for (const status of ['making', 'ready', 'collected'] as const) {
      await move(cafe, path, status)
      await expectStatus(status)
    }
    await page.locator('#steps [aria-current="step"]', { hasText: 'Collected' }).waitFor()
    expect(await page.title()).toContain('Collected')
    expect(loads).toEqual([])
  })

  test('takes the cancel button away once the barista has started', async () => {
    const path = await orderCoffee(page)
    const cancel = page.getByRole('button', { name: 'Cancel this order' })
    await cancel.waitFor()
    await move(cafe, path, 'making')
    await cancel.waitFor({ state: 'hidden' })
  })

  test('catches up after the customer has been offline', async () => {
    const path = await orderCoffee(page)
    await expectStatus('new')
    await page.context().setOffline(true)
    await move(cafe, path, 'making')
    await move(cafe, path, 'ready')
    await page.context().setOffline(false)
    await expectStatus('ready')
  })

  test('says that it is reconnecting while the café restarts, and catches up when it is back', async () => {
    const path = await orderCoffee(page)
    await expectStatus('new')
    const { port } = cafe.server.address() as AddressInfo
    cafe.server.closeAllConnections()
    cafe.server.close()
    await once(cafe.server, 'close')
    await page.getByText('Reconnecting').waitFor()
    await move(cafe, path, 'making')
    cafe.server.listen(port, '127.0.0.1')
    await once(cafe.server, 'listening')
    await expectStatus('making')
    await page.getByText('Reconnecting').waitFor({ state: 'hidden' })
  }, 60_000)

  test('never goes back to an earlier step, even when news overtake each other', async () => {
    const news = (version: number, statusText: string) =>
      `event: status\nid: ${version}\ndata: ${JSON.stringify({ status: 'making', statusText, waitText: '', steps: [], canCancel: false })}\n\n`
    await page.route('**/events', (route) =>
      route.fulfill({
        contentType: 'text/event-stream',
        body: news(7, 'The latest') + news(6, 'Overtaken') + news(8, 'Later still'),
      }),
    )
    const shown: string[] = []
    await page.exposeFunction('tell', (text: string) => shown.push(text))
    await orderCoffee(page)
    await page.locator('#status', { hasText: 'Later still' }).waitFor()
    await page.evaluate(
      `new MutationObserver(() => tell(document.querySelector('#status').textContent)).observe(document.querySelector('#status'), { childList: true })`,
    )
    // The stream has ended, so the page connects again and hears all of it once more.
    await page.waitForResponse('**/events')
    await page.waitForResponse('**/events')
    expect(shown).not.toContain('Overtaken')
    expect(shown).not.toContain('The latest')
  })

  test('tells a screen reader by one polite voice, and only when something has changed', async () => {
    const path = await orderCoffee(page)
    const voices = page.locator('[aria-live], [role="status"], [role="alert"]')
    expect(await voices.count()).toBe(1)
    expect(await voices.getAttribute('aria-live')).toBe('polite')
    await move(cafe, path, 'ready')
    await voices.locator('#status', { hasText: words.ready }).waitFor()
    expect(await voices.locator('#wait').count()).toBe(1)
  })

  test('reaches whoever was given its address, too', async () => {
    const path = await orderCoffee(page)
    const friend = await newVisitor(browser, cafe)
    await friend.page.goto(path)
    await move(cafe, path, 'ready')
    await friend.page.locator('#status', { hasText: words.ready }).waitFor()
    expect(await friend.page.getByRole('button', { name: /Cancel/ }).count()).toBe(0)
    await friend.context.close()
  })
})

async function expectStatus(status: keyof typeof words): Promise<void> {
  await page.locator('#status', { hasText: words[status] }).waitFor()
}
