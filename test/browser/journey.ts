// What a customer does on the pages, step by step, with a mouse or a finger.
import type { TestCafe } from '../support/cafe.js'
import type { Page } from '../support/browser.js'

/** Adds a product with its usual options. */
export async function add(page: Page, product: number): Promise<void> {
  await page.goto(`/menu/${product}`)
  await page.getByRole('button', { name: /^Add to order/ }).click()
  await page.waitForURL(isMenu)
}

/** Places what is in the basket. Returns the receipt's path. */
export async function placeOrder(page: Page, { cupName = 'Ada', note = '' } = {}): Promise<string> {
  await page.goto('/basket')
  await page.getByLabel('Name for the cup').fill(cupName)
  await page.getByLabel('Note').fill(note)
  await placeButton(page).click()
  await page.waitForURL(isReceipt)
  return new URL(page.url()).pathname
}

export async function orderCoffee(page: Page): Promise<string> {
  await add(page, 7)
  return placeOrder(page)
}

export function placeButton(page: Page) {
  return page.getByRole('button', { name: /^Place order/ })
}

export function isMenu(url: URL): boolean {
  return url.pathname === '/'
}

export function isReceipt(url: URL): boolean {
  return /^\/orders\/[\w-]{22}$/.test(url.pathname)
}

/** What the counter does: moves an order by its receipt's address. */
export async function move(cafe: TestCafe, path: string, status: string): Promise<void> {
  await cafe.db.run(
    'UPDATE `order` SET status = ?, version = version + 1, status_changed_at = UTC_TIMESTAMP(3) WHERE receipt_id = ?',
    [status, path.split('/').at(-1) ?? ''],
  )
}

/** The visitor's orders, counted by the database. */
export async function countOrders(cafe: TestCafe): Promise<number> {
  const [row] = await cafe.db.rows<{ orders: number }>('SELECT COUNT(*) AS orders FROM `order`')
  return Number(row?.orders)
}
