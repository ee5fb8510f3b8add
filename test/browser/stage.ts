// The café that the pages are shown in, and what brings it into a state.
import { eventually, type TestCafe } from '../support/cafe.js'
import type { OwnServer } from '../support/own-server.js'
import type { Page } from '../support/browser.js'

export interface Stage {
  cafe: TestCafe
  own: OwnServer
}

export interface PageState {
  name: string
  /** Brings a new visitor's page there. Returns how to put the café back as it was, where that is needed. */
  show(page: Page, stage: Stage): Promise<void | (() => Promise<void>)>
}

export function goTo(path: string): PageState['show'] {
  return async (page) => {
    await page.goto(path)
  }
}

export async function sellOut(cafe: TestCafe, product: number): Promise<() => Promise<void>> {
  const set = (isSoldOut: boolean) =>
    cafe.db.run('UPDATE product SET is_sold_out = ? WHERE id = ?', [isSoldOut, product])
  await set(true)
  await eventually('the menu says so', async () => {
    return (await textAt(cafe, `/menu/${product}`)).includes('Sold out today')
  })
  return async () => {
    await set(false)
  }
}

export async function textAt(cafe: TestCafe, path: string): Promise<string> {
  return (await fetch(cafe.url + path)).text()
}

/** Sends a form with these values whatever the page itself would say about them. */
export async function sendUnchecked(page: Page, form: string, values: Record<string, string>) {
  await page.locator(form).evaluate((element: InPageForm, given) => {
    for (const [name, value] of Object.entries(given)) element.elements[name]!.value = value
    element.submit()
  }, values)
}

interface InPageForm {
  elements: Record<string, { value: string }>
  submit(): void
}
