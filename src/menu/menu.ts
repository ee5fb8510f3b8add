// What the café sells, as the pages and the checkout see it. Prices in cents, work in seconds.

/** A product as far as selling it goes: what the checkout reads from the database for every order. */
export interface SaleProduct {
  id: number
  name: string
  priceCents: number
  prepSeconds: number
  isSoldOut: boolean
  optionGroups: SaleOptionGroup[]
}

export interface SaleOptionGroup {
  id: number
  name: string
  minChoices: number
  maxChoices: number
  options: SaleOption[]
}

export interface SaleOption {
  id: number
  name: string
  priceCents: number
  prepSeconds: number
  isSoldOut: boolean
}

/** From the weakest promise to the strongest. */
export const diets = ['none', 'vegetarian', 'vegan'] as const
export type Diet = (typeof diets)[number]

export interface AllergenMark {
  code: string
  name: string
  /** true: "may contain traces of", false: "contains". */
  isTrace: boolean
}

export interface Option extends SaleOption {
  isDefault: boolean
  diet: Diet
  allergens: AllergenMark[]
}

export interface OptionGroup extends SaleOptionGroup {
  options: Option[]
}

export interface Product extends SaleProduct {
  description: string
  imageUrl: string
  diet: Diet
  allergens: AllergenMark[]
  optionGroups: OptionGroup[]
}

export interface ProductGroup {
  number: number
  name: string
  products: Product[]
}

export interface Menu {
  groups: ProductGroup[]
  allergens: { code: string; name: string }[]
}

export function findProduct(
  menu: Menu,
  id: number,
): { product: Product; group: ProductGroup } | undefined {
  for (const group of menu.groups) {
    const product = group.products.find((candidate) => candidate.id === id)
    if (product) return { product, group }
  }
  return undefined
}
