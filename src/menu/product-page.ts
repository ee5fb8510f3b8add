// One product with its options, as views/menu/product.ejs shows it.
import { formatMoney, type Style } from '../web/format.js'
import { names, usualCard } from './menu-page.js'
import type { Option, OptionGroup, Product, ProductGroup } from './menu.js'
import { defaultOptionIds, quantityMax } from './selection.js'

export interface ProductPageInput {
  product: Product
  group: ProductGroup
  /** What a refused form had chosen; the usual options otherwise. */
  chosen?: { optionIds: readonly number[]; quantity: number }
  error?: string
  style: Style
}

export function productPage({ product, group, chosen, error, style }: ProductPageInput) {
  const optionIds = chosen?.optionIds ?? defaultOptionIds(product)
  return {
    title: product.name,
    product: {
      ...usualCard(product, style),
      groupName: group.name,
      // Without any option: what the page's script adds the chosen options to.
      ownContains: names(product.allergens.filter((mark) => !mark.isTrace)),
      ownTraces: names(product.allergens.filter((mark) => mark.isTrace)),
      ownDiet: product.diet,
    },
    optionGroups: product.optionGroups.map((options) => optionGroupView(options, optionIds, style)),
    quantity: chosen?.quantity ?? 1,
    quantityMax,
    error: error ?? null,
    priceCents: product.priceCents,
  }
}

function optionGroupView(group: OptionGroup, optionIds: readonly number[], style: Style) {
  return {
    id: group.id,
    name: group.name,
    hint: choiceHint(group),
    isSingle: group.minChoices === 1 && group.maxChoices === 1,
    options: group.options.map((option) => optionView(option, optionIds, style)),
  }
}

function optionView(option: Option, optionIds: readonly number[], style: Style) {
  return {
    id: option.id,
    name: option.name,
    priceText: option.priceCents === 0 ? '' : `+${formatMoney(option.priceCents, style)}`,
    priceCents: option.priceCents,
    isChecked: optionIds.includes(option.id) && !option.isSoldOut,
    isSoldOut: option.isSoldOut,
    contains: names(option.allergens.filter((mark) => !mark.isTrace)),
    traces: names(option.allergens.filter((mark) => mark.isTrace)),
    diet: option.diet,
  }
}

function choiceHint({ minChoices, maxChoices }: OptionGroup): string {
  if (minChoices === 1 && maxChoices === 1) return 'Choose one'
  if (minChoices > 0) return `Choose ${minChoices} to ${maxChoices}`
  return maxChoices === 1 ? 'If you like' : `Up to ${maxChoices}`
}
