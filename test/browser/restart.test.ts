import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Page } from '../support/browser.js'
import { openCafe } from '../support/cafe.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { add, isReceipt, placeButton } from './journey.js'

let own: FreshDatabase
beforeAll(async () => {
  own = await freshDatabase({ migrated: true, seeded: true })
})
afterAll(() => own.close())

test('a basket survives a restart of the browser and of the café', async () => {
  const cafe = await openCafe({}, { db: own.db })
  const browser = await launchBrowser()
  const visit = await newVisitor(browser, cafe)
  await add(visit.page, 9)
  await expectLatte(visit.page)
  const kept = await visit.context.storageState()
  await browser.close()
  await cafe.close()

  const reopened = await openCafe({}, { db: own.db })
  const another = await launchBrowser()
  try {
    const back = await newVisitor(another, reopened, { storageState: kept })
    await expectLatte(back.page)
    await back.page.getByLabel('Name for the cup').fill('Ada')
    await placeButton(back.page).click()
    await back.page.waitForURL(isReceipt)
  } finally {
    await another.close()
    await reopened.close()
  }
})

async function expectLatte(page: Page): Promise<void> {
  await page.goto('/basket')
  await page.getByText('Regular, Whole milk').waitFor()
  expect(await page.getByLabel('Quantity of Latte').inputValue()).toBe('1')
}
