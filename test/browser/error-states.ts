import type { Page } from '../support/browser.js'
import { eventually } from '../support/cafe.js'
import { add, move, orderCoffee, placeButton } from './journey.js'
import { goTo, sendUnchecked, textAt, type PageState, type Stage } from './stage.js'

export const errorStates: PageState[] = [
  { name: 'error 404', show: goTo('/nothing-here') },
  { name: 'error 403', show: showForbidden },
  { name: 'receipt, too late to cancel', show: showTooLate },
  { name: 'error 503', show: showNotPlaced },
  { name: 'menu while the database is away', show: showMenuAsOf },
]

async function showForbidden(page: Page): Promise<void> {
  await page.goto('/menu/2')
  await sendUnchecked(page, 'form.choose', { _csrf: 'of-another-visitor' })
  await page.getByText('Error 403').waitFor()
}

async function showTooLate(page: Page, { cafe }: Stage): Promise<void> {
  const path = await orderCoffee(page)
  await move(cafe, path, 'making')
  await sendUnchecked(page, '#cancel', {})
  await page.getByText('too late to cancel').waitFor()
}

async function showNotPlaced(page: Page, stage: Stage) {
  await add(page, 9)
  await page.goto('/basket')
  await page.getByLabel('Name for the cup').fill('Ada')
  await stage.own.kill()
  await placeButton(page).click()
  await page.getByText('Error 503').waitFor()
  return () => bringBack(stage)
}

async function showMenuAsOf(page: Page, stage: Stage) {
  await stage.own.kill()
  await eventually('the menu says of when it is', async () => {
    return (await textAt(stage.cafe, '/')).includes('Menu as of')
  })
  await page.goto('/')
  return () => bringBack(stage)
}

async function bringBack({ cafe, own }: Stage): Promise<void> {
  await own.restart()
  await eventually('the café is ready', async () => (await fetch(`${cafe.url}/readyz`)).ok)
  await eventually('the menu is of now', async () => {
    return !(await textAt(cafe, '/')).includes('Menu as of')
  })
}
