// The menu as views/menu/index.ejs shows it. What it says holds for everybody: nothing here depends on the visitor.
import { dayPrefix } from '../pickup/opening-text.js'
import { formatMoney, formatTime, type Style } from '../web/format.js'
import { changedOptions, fittingOptionIds, noFilter, type MenuFilter } from './filter.js'
import type { AllergenMark, Diet, Menu, Product } from './menu.js'
import { allergensOf, canBeMade, defaultOptionIds, dietOf } from './selection.js'

export interface ProductCard {
  id: number
  name: string
  description: string
  priceText: string
  imageUrl: string
  contains: string[]
  traces: string[]
  diet: Diet
  /** What must be chosen for the filter, or what would make it vegan: "vegan with oat drink". */
  dietNote: string | null
  isSoldOut: boolean
  /** false: a required choice is sold out as a whole, so nothing can be said of allergens either. */
  canBeMade: boolean
  hasOptions: boolean
}

export interface MenuPageInput {
  menu: Menu
  filter: MenuFilter
  opening: { isOpen: boolean; openText: string }
  /** When the menu was read, if the database is away. */
  outdatedSince: Date | null
  style: Style & { name: string }
}

export function menuPage({ menu, filter, opening, outdatedSince, style }: MenuPageInput) {
  const isActive = filter.diet !== 'none' || filter.without.length > 0
  const groups = menu.groups.map((group) => ({
    number: group.number,
    name: group.name,
    products: group.products.flatMap((product) => {
      const optionIds = canBeMade(product) || isActive ? fittingOptionIds(product, filter) : []
      return optionIds ? [productCard(product, optionIds, filter, style)] : []
    }),
  }))
  const shown = groups.reduce((sum, group) => sum + group.products.length, 0)
  const total = menu.groups.reduce((sum, group) => sum + group.products.length, 0)
  return {
    title: style.name,
    asOf: outdatedSince && asOfText(outdatedSince, style),
    ...opening,
    filter: {
      isActive,
      diets: dietChoices.map((choice) => ({
        ...choice,
        isChecked: (choice.value || 'none') === filter.diet,
      })),
      allergens: menu.allergens.map(({ code, name }) => ({
        code,
        name,
        isChecked: filter.without.includes(code),
      })),
      hiddenCount: total - shown,
    },
    groups: groups.filter((group) => group.products.length > 0),
  }
}

function asOfText(readAt: Date, style: Style): string {
  return `${dayPrefix(readAt, new Date(), style)}${formatTime(readAt, style)}`
}

const dietChoices = [
  { value: '', label: 'Everything' },
  { value: 'vegetarian', label: 'Vegetarian' },
  { value: 'vegan', label: 'Vegan' },
] as const

/** One product as a card, with the given options taken as chosen. */
export function productCard(
  product: Product,
  optionIds: readonly number[],
  filter: MenuFilter,
  style: Style,
): ProductCard {
  const { contains, traces } = allergensOf(product, optionIds)
  return {
    id: product.id,
    name: product.name,
    description: product.description,
    priceText: formatMoney(product.priceCents, style),
    imageUrl: product.imageUrl,
    contains: names(contains),
    traces: names(traces),
    diet: dietOf(product, optionIds),
    dietNote: dietNote(product, optionIds, filter),
    isSoldOut: product.isSoldOut || !canBeMade(product),
    canBeMade: canBeMade(product),
    hasOptions: product.optionGroups.length > 0,
  }
}

export function names(marks: readonly AllergenMark[]): string[] {
  return marks.map((mark) => mark.name)
}

function dietNote(
  product: Product,
  optionIds: readonly number[],
  filter: MenuFilter,
): string | null {
  const changed = changedOptions(product, optionIds)
  if (changed.length > 0) return `with ${listed(changed.map((option) => option.name))}`
  if (filter.diet === 'vegan' || dietOf(product, optionIds) === 'vegan') return null
  const veganIds = fittingOptionIds(product, { diet: 'vegan', without: filter.without })
  const vegan = veganIds ? changedOptions(product, veganIds) : []
  if (!veganIds) return null
  return vegan.length > 0
    ? `vegan with ${listed(vegan.map((option) => option.name))}`
    : 'vegan on request'
}

function listed(words: string[]): string {
  return words.map((word) => word.toLowerCase()).join(' and ')
}

/** Defaults, for a product nobody has touched yet. */
export function usualCard(product: Product, style: Style): ProductCard {
  return productCard(product, defaultOptionIds(product), noFilter, style)
}
