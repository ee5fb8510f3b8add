// A basket held against today's menu: what it costs now, and what has changed since the customer put things in.
import { formatMoney, type Style } from '../web/format.js'
import { findProduct, type Menu, type Product } from '../menu/menu.js'
import { priceSelection, problemsOf } from '../menu/selection.js'
import type { BasketLine } from './queries.js'

export interface ReviewedLine extends BasketLine {
  /** undefined: the product has left the menu. */
  product: Product | undefined
  name: string
  optionNames: string[]
  unitPriceCents: number
  amountCents: number
  workSeconds: number
  /** Differences to know of before ordering, in plain words. */
  changes: string[]
  /** Why this line cannot be ordered, or null. */
  problem: string | null
}

export function reviewBasket(
  lines: readonly BasketLine[],
  menu: Menu,
  style: Style,
): ReviewedLine[] {
  return lines.map((line) => reviewLine(line, findProduct(menu, line.productId)?.product, style))
}

/** What the basket costs and how long it takes: the lines that can be ordered. */
export function totalOf(lines: readonly ReviewedLine[]): {
  totalCents: number
  workSeconds: number
} {
  const sold = lines.filter((line) => line.problem === null)
  return {
    totalCents: sold.reduce((sum, line) => sum + line.amountCents, 0),
    workSeconds: sold.reduce((sum, line) => sum + line.workSeconds, 0),
  }
}

function reviewLine(line: BasketLine, product: Product | undefined, style: Style): ReviewedLine {
  if (!product) return goneLine(line)
  const priced = priceSelection(product, line.optionIds)
  const problems = problemsOf(product, line.optionIds)
  const now = priced.unitPriceCents
  return {
    ...line,
    product,
    name: product.name,
    optionNames: priced.options.map((option) => option.name),
    unitPriceCents: now,
    amountCents: now * line.quantity,
    workSeconds: priced.prepSeconds * line.quantity,
    changes: now === line.seenPriceCents ? [] : [priceChange(line.seenPriceCents, now, style)],
    problem: problems.length > 0 ? problems.join('. ') : null,
  }
}

function priceChange(beforeCents: number, nowCents: number, style: Style): string {
  return `Was ${formatMoney(beforeCents, style)} when you chose it, now ${formatMoney(nowCents, style)}`
}

function goneLine(line: BasketLine): ReviewedLine {
  return {
    ...line,
    product: undefined,
    name: 'Something we no longer serve',
    optionNames: [],
    unitPriceCents: line.seenPriceCents,
    amountCents: line.seenPriceCents * line.quantity,
    workSeconds: 0,
    changes: [],
    problem: 'This has left the menu',
  }
}
