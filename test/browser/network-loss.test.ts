import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Browser, type Page } from '../support/browser.js'
import { eventually, openCafe, type TestCafe } from '../support/cafe.js'
import { add, countOrders, isReceipt, placeButton } from './journey.js'

let cafe: TestCafe
let browser: Browser
let page: Page
let ordersBefore: number
beforeAll(async () => {
  cafe = await openCafe()
  browser = await launchBrowser()
})
beforeEach(async () => {
  const visit = await newVisitor(browser, cafe)
  page = visit.page
  await add(page, 7)
  await page.goto('/basket')
  await page.getByLabel('Name for the cup').fill('Ada')
  ordersBefore = await countOrders(cafe)
  return () => visit.context.close()
})
afterAll(async () => {
  await browser.close()
  await cafe.close()
})

describe('placing an order when the network is gone', () => {
  test('is said not to have happened, and the same form gives one order once it is back', async () => {
    await page.context().setOffline(true)
    await placeButton(page).click()
    const note = page.getByRole('status').filter({ hasText: 'Nothing has been ordered' })
    await note.waitFor()
    expect(new URL(page.url()).pathname).toBe('/basket')
    expect(await page.getByText(/we have your order/i).count()).toBe(0)
    expect(await countOrders(cafe)).toBe(ordersBefore)

    await page.context().setOffline(false)
    await page.getByText('You are connected again').waitFor()
    expect(await page.getByLabel('Name for the cup').inputValue()).toBe('Ada')
    await placeButton(page).click()
    await page.waitForURL(isReceipt)
    expect(await countOrders(cafe)).toBe(ordersBefore + 1)
  })

  test('and found out only while sending leaves the form as it was, to be sent again', async () => {
    await page.route('**/orders', (route) => route.abort('connectionfailed'), { times: 1 })
    await placeButton(page).click()
    await page.waitForURL('chrome-error://**')
    await page.goBack()
    await placeButton(page).click()
    await page.waitForURL(isReceipt)
    expect(await countOrders(cafe)).toBe(ordersBefore + 1)
  })

  test('after the café has it, and before its answer came, gives the same order when sent again', async () => {
    const key = await page.locator('input[name="key"]').getAttribute('value')
    await page.route(
      '**/orders',
      async (route) => {
        await route.fetch({ maxRedirects: 0 })
        await route.abort('connectionreset')
      },
      { times: 1 },
    )
    await placeButton(page).click()
    await page.waitForURL('chrome-error://**')
    await eventually('the café has the order', async () => {
      return (await countOrders(cafe)) === ordersBefore + 1
    })
    await page.goBack()
    // The browser brings the page back as it was; if it had loaded it anew, the basket would be empty.
    if ((await page.locator('input[name="key"]').count()) > 0) {
      expect(await page.locator('input[name="key"]').getAttribute('value')).toBe(key)
      await placeButton(page).click()
      await page.waitForURL(isReceipt)
    }
    expect(await countOrders(cafe)).toBe(ordersBefore + 1)
    await page.goto('/orders')
    expect(await page.getByRole('link', { name: /^Order \d+/ }).count()).toBe(1)
  })
})
