import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Browser, type Page } from '../support/browser.js'
import { openCafe, type TestCafe } from '../support/cafe.js'
import { countOrders, isMenu, isReceipt, move, orderCoffee, placeButton } from './journey.js'

let cafe: TestCafe
let browser: Browser
let page: Page
beforeAll(async () => {
  cafe = await openCafe()
  browser = await launchBrowser()
})
beforeEach(async () => {
  const visit = await newVisitor(browser, cafe, { javaScriptEnabled: false })
  page = visit.page
  return () => visit.context.close()
})
afterAll(async () => {
  await browser.close()
  await cafe.close()
})

describe('without JavaScript', () => {
  test('a customer filters, chooses, orders, waits, cancels and orders again', async () => {
    await filterForSoyFreeDrinks()
    await chooseLargeOatLatte()
    await changeBasket()
    const receipt = await orderForLater()
    await cancel(receipt)
    await orderAgain(receipt)
  }, 90_000)

  test('the receipt refreshes itself and shows how far the order is', async () => {
    const path = await orderCoffee(page)
    await page.locator('#status', { hasText: 'We have your order' }).waitFor()
    await move(cafe, path, 'making')
    // Its own refresh, after the seconds it names: nothing here reloads the page.
    await page.waitForEvent('framenavigated', { timeout: 40_000 })
    await page.locator('#status', { hasText: 'Being made' }).waitFor()
  }, 60_000)

  test('reload and back of the receipt make no second order', async () => {
    const before = await countOrders(cafe)
    const path = await orderCoffee(page)
    await page.reload()
    expect(new URL(page.url()).pathname).toBe(path)
    await page.goBack()
    // Some browsers show the form again as it was. Sent again, it is still the same order.
    if (await placeButton(page).isVisible()) {
      await placeButton(page).click()
      await page.waitForURL(isReceipt)
      expect(new URL(page.url()).pathname).toBe(path)
    }
    expect(await countOrders(cafe)).toBe(before + 1)
  })

  test('a double click on “Place order” gives one order', async () => {
    const before = await countOrders(cafe)
    await page.goto('/menu/2')
    await page.getByRole('button', { name: /^Add to order/ }).click()
    await page.goto('/basket')
    await page.getByLabel('Name for the cup').fill('Grace')
    await placeButton(page).dblclick({ noWaitAfter: true })
    await page.waitForURL(isReceipt)
    expect(await countOrders(cafe)).toBe(before + 1)
  })
})

async function filterForSoyFreeDrinks(): Promise<void> {
  await page.goto('/')
  await page.getByText('Filter by diet and allergens').click()
  await page.getByLabel('Eggs').check()
  await page.getByRole('button', { name: 'Show what fits' }).click()
  await page.getByText(/without eggs/).waitFor()
  expect(await page.getByRole('link', { name: 'Croissant' }).count()).toBe(0)
}

async function chooseLargeOatLatte(): Promise<void> {
  await page.getByRole('link', { name: 'Choose your Latte' }).click()
  await page.getByRole('radio', { name: /^Large/ }).check()
  await page.getByRole('radio', { name: /^Oat drink/ }).check()
  await page.getByRole('checkbox', { name: /^Vanilla syrup/ }).check()
  await page.getByLabel('How many').fill('2')
  await page.getByRole('button', { name: /^Add to order/ }).click()
  await page.waitForURL(isMenu)
  await page.getByRole('button', { name: 'Add Donut' }).click()
  await page.getByText('3 items').waitFor()
}

async function changeBasket(): Promise<void> {
  await page.getByRole('link', { name: /View order/ }).click()
  await page.getByText('Large, Oat drink, Vanilla syrup').waitFor()
  await page.getByLabel('Quantity of Latte').fill('3')
  await page.getByRole('button', { name: 'Update Latte' }).click()
  expect(await page.getByLabel('Quantity of Latte').inputValue()).toBe('3')
  await page.getByRole('button', { name: 'Remove Donut' }).click()
  await page.getByText('Large, Oat drink').waitFor()
  expect(await page.getByLabel('Quantity of Donut').count()).toBe(0)
}

async function orderForLater(): Promise<string> {
  const slot = page.getByLabel('When shall it be ready?').locator('option:not([disabled])').nth(2)
  const time = (await slot.textContent())?.match(/\d\d:\d\d/)?.[0] ?? 'no time offered'
  await page
    .getByLabel('When shall it be ready?')
    .selectOption((await slot.getAttribute('value')) ?? '')
  await page.getByLabel('Name for the cup').fill('Ada')
  await placeButton(page).click()
  await page.waitForURL(isReceipt)
  await page
    .getByText(new RegExp(`Ready .*${time}|${time}`))
    .first()
    .waitFor()
  return new URL(page.url()).pathname
}

async function cancel(receipt: string): Promise<void> {
  await page.getByRole('button', { name: 'Cancel this order' }).click()
  await page.locator('#status', { hasText: 'Cancelled' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(receipt)
}

async function orderAgain(receipt: string): Promise<void> {
  await page.getByRole('button', { name: 'Order this again' }).click()
  await page.waitForURL((url) => url.pathname === '/basket')
  expect(await page.getByLabel('Quantity of Latte').inputValue()).toBe('3')
  await page.getByLabel('Name for the cup').fill('Ada')
  await placeButton(page).click()
  await page.waitForURL(isReceipt)
  expect(new URL(page.url()).pathname).not.toBe(receipt)
  await page.getByRole('link', { name: 'My orders' }).first().click()
  await page.getByRole('heading', { name: 'My orders' }).waitFor()
  expect(await page.getByRole('link', { name: /^Order \d+/ }).count()).toBe(2)
  expect(await page.locator(`a[href="${receipt}"]`).count()).toBe(1)
}
