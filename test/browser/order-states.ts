import type { Page } from '../support/browser.js'
import { add, move, orderCoffee, placeOrder } from './journey.js'
import { goTo, sellOut, sendUnchecked, type PageState, type Stage } from './stage.js'

export const basketStates: PageState[] = [
  { name: 'basket empty', show: goTo('/basket') },
  { name: 'basket full', show: showFullBasket },
  { name: 'basket with differences', show: showDifferences },
  { name: 'basket with mistakes', show: showMistakes },
]

const statuses = ['new', 'making', 'ready', 'collected', 'cancelled']

export const orderStates: PageState[] = [
  ...statuses.map((status) => ({
    name: `receipt ${status}`,
    show: (page: Page, stage: Stage) => showReceipt(page, stage, status),
  })),
  { name: 'receipt of somebody else', show: showReceiptOfSomebodyElse },
  { name: 'my orders empty', show: goTo('/orders') },
  { name: 'my orders', show: showMyOrders },
]

async function showFullBasket(page: Page): Promise<void> {
  for (const product of [9, 1, 5]) await add(page, product)
  await page.goto('/basket')
}

async function showDifferences(page: Page, { cafe }: Stage) {
  for (const product of [7, 4, 2]) await add(page, product)
  await cafe.db.run('UPDATE product SET price = price + 0.20 WHERE id = 7')
  const undo = await sellOut(cafe, 2)
  await page.goto('/basket')
  await page.getByText('Was $').first().waitFor()
  return async () => {
    await cafe.db.run('UPDATE product SET price = price - 0.20 WHERE id = 7')
    await undo()
  }
}

async function showMistakes(page: Page): Promise<void> {
  await showFullBasket(page)
  // The browser would not send this form; the page that the café answers with is what is wanted.
  await sendUnchecked(page, '#place', { cup_name: '', pickup: '' })
  await page.getByText('Please check:').first().waitFor()
}

async function showReceipt(page: Page, { cafe }: Stage, status: string): Promise<void> {
  await add(page, 9)
  await add(page, 1)
  const path = await placeOrder(page, { cupName: 'Ada', note: 'Extra hot, please' })
  if (status !== 'new') await move(cafe, path, status)
  await page.goto(path)
}

async function showReceiptOfSomebodyElse(page: Page): Promise<void> {
  const path = await orderCoffee(page)
  await page.context().clearCookies()
  await page.goto(path)
}

async function showMyOrders(page: Page, { cafe }: Stage): Promise<void> {
  await move(cafe, await orderCoffee(page), 'ready')
  await add(page, 4)
  await add(page, 8)
  await placeOrder(page)
  await page.goto('/orders')
}
