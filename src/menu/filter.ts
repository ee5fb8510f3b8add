// "Vegan, without nuts": which products can be had that way, and what must be chosen for it.
import { diets, type Diet, type Option, type OptionGroup, type Product } from './menu.js'
import { defaultOptionIds } from './selection.js'

export interface MenuFilter {
  diet: Diet
  /** Allergen codes that must be neither contained nor possible as traces. */
  without: readonly string[]
}

export const noFilter: MenuFilter = { diet: 'none', without: [] }

/**
 * The options that make a product fit: its usual ones where they fit, another where they do not. undefined: it cannot be
 * made to fit, because the product itself does not, or a required choice has nothing left.
 */
export function fittingOptionIds(product: Product, filter: MenuFilter): number[] | undefined {
  if (!fits(product, filter)) return undefined
  const usual = defaultOptionIds(product)
  const choices = product.optionGroups.map((group) => fittingChoices(group, usual, filter))
  return choices.some((choice) => choice === undefined)
    ? undefined
    : choices.flatMap((choice) => (choice ?? []).map((option) => option.id))
}

/** What differs from the usual choice, for "vegan with oat drink". */
export function changedOptions(product: Product, optionIds: readonly number[]): Option[] {
  const usual = defaultOptionIds(product)
  return product.optionGroups.flatMap((group) =>
    group.options.filter((option) => optionIds.includes(option.id) && !usual.includes(option.id)),
  )
}

function fittingChoices(
  group: OptionGroup,
  usual: readonly number[],
  filter: MenuFilter,
): Option[] | undefined {
  const available = group.options.filter((option) => !option.isSoldOut && fits(option, filter))
  const kept = available.filter((option) => usual.includes(option.id))
  const missing = Math.max(0, group.minChoices - kept.length)
  const others = available.filter((option) => !usual.includes(option.id)).slice(0, missing)
  return others.length < missing ? undefined : [...kept, ...others]
}

function fits(part: Pick<Option, 'diet' | 'allergens'>, filter: MenuFilter): boolean {
  return (
    diets.indexOf(part.diet) >= diets.indexOf(filter.diet) &&
    !part.allergens.some((mark) => filter.without.includes(mark.code))
  )
}
