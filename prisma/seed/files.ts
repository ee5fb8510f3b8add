// What menu.json and orders.json hold. Prices are decimal strings, as MySQL writes them; ids are the
// database's own.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seedFolder } from '../../src/paths.js'

type Diet = 'none' | 'vegetarian' | 'vegan'

export interface AllergenCodes {
  contains?: string[]
  traces?: string[]
}

interface Option extends AllergenCodes {
  id: number
  name: string
  price?: string
  prepSeconds?: number
  diet?: Diet
  isDefault?: boolean
}

export interface Product extends AllergenCodes {
  id: number
  name: string
  description: string
  price: string
  group: number
  imageUrl: string
  diet: Diet
  prepSeconds: number
  optionGroups?: number[]
}

export interface Menu {
  groups: { number: number; name: string }[]
  allergens: { code: string; name: string }[]
  optionGroups: {
    id: number
    name: string
    minChoices: number
    maxChoices: number
    options: Option[]
  }[]
  products: Product[]
}

export interface PastOrder {
  number: number
  placedAt: string
  lines: { product: number; quantity: number }[]
}

export function readMenu(): Promise<Menu> {
  return read('menu.json')
}

export function readPastOrders(): Promise<PastOrder[]> {
  return read('orders.json')
}

async function read<Content>(name: string): Promise<Content> {
  return JSON.parse(await readFile(join(seedFolder, name), 'utf8')) as Content
}
