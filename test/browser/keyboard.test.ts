import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  desktop,
  launchBrowser,
  newVisitor,
  phone,
  type Browser,
  type Page,
} from '../support/browser.js'
import { openCafe, type TestCafe } from '../support/cafe.js'
import { focusStop } from './in-page.js'
import { add, isReceipt, orderCoffee } from './journey.js'
import { allStops, tabTo } from './keyboard.js'

let cafe: TestCafe
let browser: Browser
let page: Page
beforeAll(async () => {
  cafe = await openCafe()
  browser = await launchBrowser()
})
beforeEach(async () => {
  // Smooth scrolling would leave each stop on its way into the window.
  const visit = await newVisitor(browser, cafe, { reducedMotion: 'reduce' })
  page = visit.page
  return () => visit.context.close()
})
afterAll(async () => {
  await browser.close()
  await cafe.close()
})

describe('by keyboard alone', () => {
  test.each([
    ['phone', phone],
    ['desktop', desktop],
  ])('a customer filters, chooses, orders, cancels and orders again (%s)', async (_, viewport) => {
    await page.setViewportSize(viewport)
    await filter()
    await chooseDrink()
    await fillInOrder()
    await follow(/^Place order/)
    expect(isReceipt(new URL(page.url()))).toBe(true)
    await follow('Cancel this order')
    await page.locator('#status', { hasText: 'Cancelled' }).waitFor()
    await follow('Order this again')
    await follow('My orders')
    await follow(/^Order \d+$/)
    expect(isReceipt(new URL(page.url()))).toBe(true)
  })

  test('the first stop skips what is the same on every page', async () => {
    for (const path of ['/', '/menu/9', '/basket', '/orders']) {
      await page.goto(path)
      const stop = await tabTo(page, /./)
      expect(stop.name).toBe('Skip to the content')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('document.activeElement.id')).toBe('main')
      const next = await tabTo(page, /./)
      expect(next.name).not.toMatch(/^(Menu|My orders|Basket)$/)
    }
  })

  test('every page can be walked through and left, forwards and backwards, from top to bottom', async () => {
    const receipt = await orderCoffee(page)
    await add(page, 9)
    for (const path of ['/', '/menu/9', '/basket', '/orders', receipt, '/nothing-here']) {
      await page.goto(path)
      const forwards = await allStops(page)
      await page.goto(path)
      const backwards = await allStops(page, 'Shift+Tab')
      const names = forwards.map(({ name }) => name)
      expect(backwards.map(({ name }) => name).reverse(), path).toEqual(names)
      // A row may have two stops; the bar with the basket sticks to the window.
      const tops = forwards.filter(({ name }) => !/Skip|View order/.test(name)).map((s) => s.top)
      for (const [index, top] of tops.entries())
        expect(top, `${path}: ${names.join(' | ')}`).toBeGreaterThanOrEqual(
          (tops[index - 1] ?? 0) - 80,
        )
    }
  })

  test('changing a quantity keeps the keyboard where it was, however many arrows it takes', async () => {
    await add(page, 9)
    await page.goto('/basket')
    await tabTo(page, 'Quantity of Latte')
    const loads: string[] = []
    page.on('framenavigated', (frame) => loads.push(frame.url()))
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowUp')
    await page.getByRole('button', { name: 'Place order · $14.00' }).waitFor()
    expect(loads.length).toBe(1)
    expect((await page.evaluate(focusStop)).name).toBe('Quantity of Latte')
    await tabTo(page, 'Remove Latte')
  })
})

async function filter(): Promise<void> {
  await page.goto('/')
  await press('Filter by diet and allergens')
  const diet = await tabTo(page, /^(Everything|All)/)
  expect(diet.tag).toBe('input')
  await page.keyboard.press('ArrowDown')
  await tabTo(page, 'Eggs')
  await page.keyboard.press('Space')
  await follow('Show what fits')
  expect(page.url()).toMatch(/diet=vegetarian&without=eggs$/)
}

async function chooseDrink(): Promise<void> {
  await follow('Choose your Latte')
  await tabTo(page, /^Regular/)
  await page.keyboard.press('ArrowDown')
  await tabTo(page, /^Whole milk/)
  await page.keyboard.press('ArrowDown')
  await tabTo(page, /^Vanilla syrup/)
  await page.keyboard.press('Space')
  await tabTo(page, 'How many')
  await page.keyboard.press('ArrowUp')
  await follow(/^Add to order/)
  await follow(/View order$/)
  await page.getByText('Large, Oat drink, Vanilla syrup').waitFor()
  expect(await page.getByLabel('Quantity of Latte').inputValue()).toBe('2')
}

async function fillInOrder(): Promise<void> {
  await tabTo(page, 'When shall it be ready?')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await page.getByLabel('When shall it be ready?').inputValue()).toMatch(/^\d{4}-/)
  await tabTo(page, 'Name for the cup')
  await page.keyboard.type('Ada')
}

async function press(name: string | RegExp): Promise<void> {
  const { tag } = await tabTo(page, name)
  await page.keyboard.press(tag === 'a' ? 'Enter' : 'Space')
}

/** The same, and waits for the page it leads to. */
async function follow(name: string | RegExp): Promise<void> {
  await Promise.all([page.waitForEvent('load'), press(name)])
}
