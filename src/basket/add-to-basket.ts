import type { Database } from '../database/database.js'
import { ExpectedError } from '../errors.js'
import { readForSale } from '../menu/queries.js'
import { priceSelection, problemsOf, quantityMax, selectionText } from '../menu/selection.js'
import { addLine, basketLinesMax } from './queries.js'

export interface BasketChoice {
  productId: number
  optionIds: readonly number[]
  quantity: number
  /** The unit price the customer paid before; a difference to today's is shown. Today's if absent. */
  seenPriceCents?: number
  /** See NewLine. */
  isAtLeast?: boolean
}

/** Puts a product with its options into a visitor's basket, at the price the database has now; refuses what is not to be had. */
export async function addToBasket(
  db: Database,
  visitorId: string,
  { productId, optionIds, quantity, seenPriceCents, isAtLeast = false }: BasketChoice,
): Promise<void> {
  const product = (await readForSale(db, [productId])).get(productId)
  if (!product) {
    throw new ExpectedError('not-found', 'This is not on our menu any more.', {
      hint: 'Have a look at what we serve today.',
    })
  }
  const [problem] = problemsOf(product, optionIds)
  if (problem !== undefined) {
    throw new ExpectedError('conflict', `${problem}.`, {
      hint: 'Choose something else, or leave it out.',
    })
  }
  const added = await addLine(db, visitorId, {
    productId,
    selection: selectionText(optionIds),
    quantity,
    isAtLeast,
    seenPriceCents: seenPriceCents ?? priceSelection(product, optionIds).unitPriceCents,
  })
  if (added === 'too-many') {
    throw new ExpectedError(
      'refused',
      `We make at most ${quantityMax} of one thing for one order.`,
      {
        hint: 'Have a look at your order, or give us a call for more.',
      },
    )
  }
  if (added === 'basket-full') {
    throw new ExpectedError(
      'refused',
      `Your order already has ${basketLinesMax} different lines.`,
      {
        hint: 'Place this order first, then start another one.',
      },
    )
  }
}
