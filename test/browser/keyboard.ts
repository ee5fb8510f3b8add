// A customer who uses the keyboard alone, and minds at every stop that it can be seen.
import { expect } from 'vitest'
import type { Page } from '../support/browser.js'
import { focusStop, type FocusStop } from './in-page.js'

/** Stops of one page at most; more without coming round is a trap. */
const stopsMost = 80

/** Presses Tab until the stop with that name is reached. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<FocusStop> {
  const passed: string[] = []
  for (let stops = 0; stops < stopsMost; stops += 1) {
    await page.keyboard.press(key)
    const stop = await page.evaluate(focusStop)
    if (stop.tag === 'body') continue
    expectVisible(stop)
    if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return stop
    passed.push(stop.name)
  }
  throw new Error(`No stop called ${String(name)} among ${passed.join(' | ')}`)
}

/** All stops of the page in their order, from its beginning until the keyboard leaves it or comes round. */
export async function allStops(page: Page, key = 'Tab'): Promise<FocusStop[]> {
  const stops: FocusStop[] = []
  while (stops.length < stopsMost) {
    await page.keyboard.press(key)
    const stop = await page.evaluate(focusStop)
    if (stop.tag === 'body' || isSame(stop, stops[0])) return stops
    expectVisible(stop)
    stops.push(stop)
  }
  throw new Error(
    `The keyboard never leaves the page: ${stops.map(({ name }) => name).join(' | ')}`,
  )
}

function expectVisible(stop: FocusStop): void {
  expect(stop, `the focus on ${stop.tag} “${stop.name}” ${stop.where}`).toMatchObject({
    isOutlined: true,
    isVisible: true,
  })
}

function isSame(stop: FocusStop, first: FocusStop | undefined): boolean {
  return stop.name === first?.name && stop.tag === first.tag
}
