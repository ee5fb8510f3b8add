// An earlier order, once more: into the basket, with what it cost then beside what it costs now.
import { addToBasket } from '../basket/add-to-basket.js'
import type { Database } from '../database/database.js'
import { ExpectedError } from '../errors.js'
import { findProduct, type Menu } from '../menu/menu.js'
import { problemsOf, quantityMax } from '../menu/selection.js'
import type { Order } from './queries.js'

/** Puts what can still be had of an order into the basket, with the price paid then as the price last seen. */
export async function orderAgain(db: Database, visitorId: string, order: Order): Promise<void> {
  for (const { productId, options, quantity, unitPriceCents } of order.lines) {
    const optionIds = options.map((option) => option.id)
    try {
      await addToBasket(db, visitorId, {
        productId,
        optionIds,
        quantity: Math.min(quantity, quantityMax),
        seenPriceCents: unitPriceCents,
        isAtLeast: true, // pressed twice, it is still this order once
      })
    } catch (error) {
      const isGone =
        error instanceof ExpectedError && (error.code === 'conflict' || error.code === 'not-found')
      if (!isGone) throw error // what is gone is told by leftOut on the page that follows
    }
  }
}

/** What of an earlier order cannot be had today, in plain words. */
export function leftOut(order: Order, menu: Menu): string[] {
  return order.lines.flatMap(({ productId, options, name }) => {
    const product = findProduct(menu, productId)?.product
    const optionIds = options.map((option) => option.id)
    const [problem] = product ? problemsOf(product, optionIds) : [`${name} has left the menu`]
    return problem === undefined ? [] : [problem]
  })
}
