// The lines of an order form: "7-2-3.5" is two of product 7 with options 3 and 5. The form says what and how many;
// what it costs is looked up.
import { quantityMax } from '../menu/selection.js'
import { priceSelection, problemsOf, selectionIds, selectionText } from '../menu/selection.js'
import type { SaleOption, SaleProduct } from '../menu/menu.js'

export interface OrderLine {
  productId: number
  optionIds: number[]
  quantity: number
}

const linePattern = /^([1-9]\d{0,8})-([1-9]\d?)(?:-([1-9]\d{0,8}(?:\.[1-9]\d{0,8}){0,19}))?$/

/** Reads one `line` field; undefined for anything that is not one, a quantity above the most allowed included. */
export function parseOrderLine(text: string): OrderLine | undefined {
  const match = linePattern.exec(text)
  if (!match) return undefined
  const [, product, quantity, options = ''] = match
  if (Number(quantity) > quantityMax) return undefined
  return {
    productId: Number(product),
    quantity: Number(quantity),
    optionIds: selectionIds(options),
  }
}

/** The reverse of parseOrderLine. */
export function orderLineText({ productId, quantity, optionIds }: OrderLine): string {
  const options = selectionText(optionIds)
  return options === '' ? `${productId}-${quantity}` : `${productId}-${quantity}-${options}`
}

export interface PricedLine extends OrderLine {
  selection: string
  productName: string
  options: SaleOption[]
  unitPriceCents: number
  amountCents: number
  workSeconds: number
}

export interface PricedOrder {
  lines: PricedLine[]
  totalCents: number
  workSeconds: number
  /** Why it cannot be sold as it is, in plain words; empty when it can. */
  problems: string[]
}

/** Prices lines with what the database sells now. Products it does not sell become problems. */
export function priceOrder(
  lines: readonly OrderLine[],
  products: ReadonlyMap<number, SaleProduct>,
): PricedOrder {
  const problems: string[] = []
  const priced = lines.flatMap((line) => {
    const product = products.get(line.productId)
    if (!product) {
      problems.push('Something in your order has left the menu')
      return []
    }
    problems.push(...problemsOf(product, line.optionIds))
    return [priceLine(line, product)]
  })
  return {
    lines: priced,
    totalCents: priced.reduce((sum, line) => sum + line.amountCents, 0),
    workSeconds: priced.reduce((sum, line) => sum + line.workSeconds, 0),
    problems: [...new Set(problems)],
  }
}

function priceLine(line: OrderLine, product: SaleProduct): PricedLine {
  const { options, unitPriceCents, prepSeconds } = priceSelection(product, line.optionIds)
  return {
    ...line,
    selection: selectionText(line.optionIds),
    productName: product.name,
    options,
    unitPriceCents,
    amountCents: unitPriceCents * line.quantity,
    workSeconds: prepSeconds * line.quantity,
  }
}
