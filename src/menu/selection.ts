// One product with the options chosen for it: what it costs, how long it takes, what is in it, and whether it can be had.
import { diets, type AllergenMark, type Diet, type Option, type Product } from './menu.js'
import type { SaleOption, SaleProduct } from './menu.js'

/** The most of one thing in one line of a basket or an order. */
export const quantityMax = 20

export interface PricedSelection {
  options: SaleOption[]
  unitPriceCents: number
  prepSeconds: number
}

/** Prices a product with the options that are its own; ids it does not offer add nothing (see problemsOf). */
export function priceSelection(
  product: SaleProduct,
  optionIds: readonly number[],
): PricedSelection {
  const options = product.optionGroups.flatMap((group) =>
    group.options.filter((option) => optionIds.includes(option.id)),
  )
  return {
    options,
    unitPriceCents: options.reduce((sum, option) => sum + option.priceCents, product.priceCents),
    prepSeconds: options.reduce((sum, option) => sum + option.prepSeconds, product.prepSeconds),
  }
}

/** Why this product with these options cannot be sold right now, in a customer's words; empty when it can. */
export function problemsOf(product: SaleProduct, optionIds: readonly number[]): string[] {
  const problems: string[] = []
  if (product.isSoldOut) problems.push(`${product.name} is sold out`)
  else if (!canBeMade(product)) problems.push(`${product.name} cannot be made today`)
  const offered = new Set(
    product.optionGroups.flatMap((group) => group.options.map(({ id }) => id)),
  )
  if (new Set(optionIds).size !== optionIds.length || optionIds.some((id) => !offered.has(id))) {
    problems.push(`${product.name} is not offered with one of the options chosen`)
  }
  for (const group of product.optionGroups) {
    const chosen = group.options.filter((option) => optionIds.includes(option.id))
    if (chosen.length < group.minChoices)
      problems.push(`Choose ${group.name.toLowerCase()} for ${product.name}`)
    if (chosen.length > group.maxChoices) {
      problems.push(
        `At most ${group.maxChoices} of ${group.name.toLowerCase()} for ${product.name}`,
      )
    }
    for (const option of chosen) if (option.isSoldOut) problems.push(`${option.name} is sold out`)
  }
  return problems
}

/** Whether every choice that must be made still has something left to choose. */
export function canBeMade(product: SaleProduct): boolean {
  return product.optionGroups.every(
    (group) => group.options.filter((option) => !option.isSoldOut).length >= group.minChoices,
  )
}

/** The options a product comes with when nobody chooses; a sold-out default gives way to the first one to be had. */
export function defaultOptionIds(product: Product): number[] {
  return product.optionGroups.flatMap((group) => {
    const available = group.options.filter((option) => !option.isSoldOut)
    const defaults = available.filter((option) => option.isDefault).slice(0, group.maxChoices)
    const missing = Math.max(0, group.minChoices - defaults.length)
    const fill = available.filter((option) => !option.isDefault).slice(0, missing)
    return [...defaults, ...fill].map((option) => option.id)
  })
}

/** What is in it: the product's own and the options' allergens; "contains" outweighs "may contain". */
export function allergensOf(
  product: Product,
  optionIds: readonly number[],
): { contains: AllergenMark[]; traces: AllergenMark[] } {
  const marks = [product, ...chosenOptions(product, optionIds)].flatMap((part) => part.allergens)
  const contains = uniqueByCode(marks.filter((mark) => !mark.isTrace))
  const certain = new Set(contains.map((mark) => mark.code))
  return {
    contains,
    traces: uniqueByCode(marks.filter((mark) => mark.isTrace && !certain.has(mark.code))),
  }
}

/** A drink is as vegan as its least vegan part. */
export function dietOf(product: Product, optionIds: readonly number[]): Diet {
  const parts = [product, ...chosenOptions(product, optionIds)].map((part) =>
    diets.indexOf(part.diet),
  )
  return diets[Math.min(...parts)] ?? 'none'
}

/** How a selection is written in a basket line: option ids in rising order, joined by dots. */
export function selectionText(optionIds: readonly number[]): string {
  return [...optionIds].sort((a, b) => a - b).join('.')
}

/** The reverse of selectionText. */
export function selectionIds(text: string): number[] {
  return text === '' ? [] : text.split('.').map(Number)
}

function chosenOptions(product: Product, optionIds: readonly number[]): Option[] {
  return product.optionGroups.flatMap((group) =>
    group.options.filter((option) => optionIds.includes(option.id)),
  )
}

function uniqueByCode(marks: AllergenMark[]): AllergenMark[] {
  return [...new Map(marks.map((mark) => [mark.code, mark])).values()]
}
