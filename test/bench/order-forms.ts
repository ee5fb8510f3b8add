// Visitors who have filled their baskets and stand before the order form: real cookies, a real token and real fields,
// read from the café's own pages.
import { Customer, encode, type Page } from '../support/customer.js'

export interface PreparedForms {
  forms: { cookies: string; body: string }[]
  /** Pickup times offered by name, the earliest first. */
  slots: string[]
}

interface Item {
  product: number
  quantity?: number
  /** Option ids by group; the usual ones where none are named. */
  options?: Record<number, number[]>
}

/** What one café sells in a quarter of an hour, by the ids of the seed: mostly one or two things, drinks as people like them. */
const baskets: Item[][] = [
  [{ product: 9 }],
  [{ product: 7 }, { product: 1, options: { 5: [15] } }],
  [{ product: 9, quantity: 2, options: { 1: [2], 2: [4] } }],
  [{ product: 2 }],
  [
    { product: 8, options: { 4: [13] } },
    { product: 3, quantity: 2 },
  ],
  [{ product: 7, options: { 3: [9] } }, { product: 9, options: { 2: [5] } }, { product: 5 }],
  [{ product: 4 }, { product: 7, quantity: 2 }],
  [{ product: 6, quantity: 2 }, { product: 8 }, { product: 1 }],
]
const visitorsPerBasket = 4
/** Every so many visitors one chooses a pickup time by name. */
const namedSlotEvery = 8
/** Not among the first: it must still be offered when the measure ends. */
const namedSlot = 3

export async function prepareOrderForms(url: string): Promise<PreparedForms> {
  const forms: PreparedForms['forms'] = []
  let slots: string[] = []
  for (let visitor = 0; visitor < baskets.length * visitorsPerBasket; visitor += 1) {
    const customer = new Customer(url)
    for (const item of baskets[visitor % baskets.length] ?? []) {
      await customer.add(item.product, item)
    }
    const page = await customer.visit('/basket')
    slots = slotsOf(page)
    const pickup = visitor % namedSlotEvery === 0 ? (slots[namedSlot] ?? '') : 'asap'
    forms.push({ cookies: customer.cookies, body: formOf(page, pickup) })
  }
  return { forms, slots }
}

/** Every field of the form but its key. */
function formOf(page: Page, pickup: string): string {
  return encode({
    _csrf: page.values('_csrf')[0] ?? '',
    line: page.values('line'),
    total: page.values('total'),
    asap_at: page.values('asap_at'),
    pickup,
    cup_name: 'Ada',
    note: pickup === 'asap' ? '' : 'Extra hot, please',
  })
}

function slotsOf(page: Page): string[] {
  return [...page.html.matchAll(/<option value="(\d{4}-[^"]+Z)"/g)].map(([, slot = '']) => slot)
}
