import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Browser, type Page } from '../support/browser.js'
import { openCafe, type TestCafe } from '../support/cafe.js'
import { add, countOrders, isReceipt, placeButton } from './journey.js'

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

describe('choosing a drink', () => {
  test('shows at once what it costs, and what is in it', async () => {
    await page.goto('/menu/9')
    const known = page.locator('#known')
    await known.getByText('Contains milk').waitFor()
    await page.getByRole('radio', { name: /^Oat drink/ }).check()
    await known.getByText('Contains gluten').waitFor()
    await known.getByText('Vegan').waitFor()
    await page.getByRole('checkbox', { name: /^Hazelnut syrup/ }).check()
    await known.getByText('Contains gluten, nuts').waitFor()
    await page.getByLabel('How many').fill('2')
    await page.getByRole('button', { name: 'Add to order · $8.80' }).waitFor()
  })

  test('whose milk has just sold out says nothing about what is in it until another is chosen', async () => {
    await page.goto('/menu/9')
    await page.getByRole('radio', { name: /^Oat drink/ }).check()
    await cafe.db.run('UPDATE product_option SET is_sold_out = TRUE WHERE id = 4')
    try {
      await page.getByRole('button', { name: /^Add to order/ }).click()
      await page.getByRole('alert').getByText('Oat drink is sold out').waitFor()
      const known = page.locator('#known')
      await known.getByText('Still to choose: Milk').waitFor()
      expect(await known.textContent()).not.toMatch(/vegan|none of the/i)
      await page.getByRole('button', { name: /^Add to order/ }).click()
      expect(await page.evaluate(`document.querySelectorAll('fieldset:invalid').length`)).toBe(1)
      await page.getByRole('radio', { name: /^Soy drink/ }).check()
      await known.getByText('Contains soya').waitFor()
    } finally {
      await cafe.db.run('UPDATE product_option SET is_sold_out = FALSE WHERE id = 4')
    }
  })

  test('that is added says so on the menu, without hiding anything', async () => {
    await add(page, 9)
    const card = page.locator('#added-9')
    await card.getByText('Added to your order').waitFor()
    // A click goes to what is on top: it would fail if the notice lay over the link.
    await card.getByRole('link', { name: 'Latte', exact: true }).click({ trial: true })
  })
})

describe('a quantity changed just before placing the order', () => {
  test('is taken over first, and nothing is ordered for a total that was not shown', async () => {
    await add(page, 9)
    await page.goto('/basket')
    await page.getByLabel('Name for the cup').fill('Ada')
    const before = await countOrders(cafe)
    await page.getByLabel('Quantity of Latte').fill('3')
    await placeButton(page).click()
    await page.getByRole('button', { name: 'Place order · $10.50' }).waitFor()
    expect(await countOrders(cafe)).toBe(before)
    await placeButton(page).click()
    await page.waitForURL(isReceipt)
    await page.getByRole('row', { name: /3 × Latte/ }).waitFor()
  })
})

describe('an order form with mistakes', () => {
  test('comes back with what was typed, and names the mistakes at the top and beside the fields', async () => {
    await add(page, 9)
    await page.goto('/basket')
    await page.getByLabel('Note').fill('Extra hot')
    await page.getByLabel('Name for the cup').fill('   ')
    await page.getByRole('button', { name: /^Place order/ }).click()
    const summary = page.getByRole('alert')
    await summary.getByText('Not ordered yet').waitFor()
    await summary.getByRole('link', { name: /name is missing/ }).click()
    expect(await page.evaluate('document.activeElement.id || location.hash')).toMatch(/cup_name/)
    expect(await page.getByLabel('Note').inputValue()).toBe('Extra hot')
    expect(await page.getByRole('textbox', { description: /name is missing/ }).count()).toBe(1)
    expect(await page.locator('nav [aria-current="page"]').textContent()).toBe('Basket')
  })
})
