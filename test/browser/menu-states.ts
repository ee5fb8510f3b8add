import type { Page } from '../support/browser.js'
import { eventually } from '../support/cafe.js'
import { add } from './journey.js'
import { goTo, sellOut, textAt, type PageState, type Stage } from './stage.js'

export const menuStates: PageState[] = [
  { name: 'menu', show: goTo('/') },
  { name: 'menu with a basket', show: (page) => add(page, 9) },
  { name: 'menu filter open', show: openFilter },
  { name: 'menu filtered', show: goTo('/?diet=vegetarian&without=eggs') },
  { name: 'menu where nothing fits', show: showNothingFits },
  { name: 'drink', show: goTo('/menu/9') },
  { name: 'pastry', show: goTo('/menu/1') },
  { name: 'pastry sold out', show: showSoldOut },
  { name: 'menu with something sold out', show: showMenuWithSoldOut },
  { name: 'drink refused', show: showRefused },
]

async function openFilter(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByText('Filter by diet and allergens').click()
}

/** Black coffee always fits, so for once it is not vegan. */
async function showNothingFits(page: Page, { cafe }: Stage) {
  const path = '/?diet=vegan&without=gluten&without=soya&without=milk'
  await cafe.db.run("UPDATE product SET diet = 'vegetarian' WHERE id = 7")
  await eventually('nothing fits', async () => (await textAt(cafe, path)).includes('Nothing fits'))
  await page.goto(path)
  return async () => {
    await cafe.db.run("UPDATE product SET diet = 'vegan' WHERE id = 7")
  }
}

async function showSoldOut(page: Page, { cafe }: Stage) {
  const undo = await sellOut(cafe, 5)
  await page.goto('/menu/5')
  return undo
}

async function showMenuWithSoldOut(page: Page, { cafe }: Stage) {
  const undo = await sellOut(cafe, 5)
  await page.goto('/')
  return undo
}

/** The drink was there when the page was loaded, and gone when it was sent. */
async function showRefused(page: Page, { cafe }: Stage) {
  await page.goto('/menu/9')
  await cafe.db.run('UPDATE product_option SET is_sold_out = TRUE WHERE id = 4')
  await page.getByRole('radio', { name: /^Oat drink/ }).check()
  await page.getByRole('button', { name: /^Add to order/ }).click()
  await page.getByRole('alert').waitFor()
  return async () => {
    await cafe.db.run('UPDATE product_option SET is_sold_out = FALSE WHERE id = 4')
  }
}
