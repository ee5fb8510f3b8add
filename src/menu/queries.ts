import type { Database } from '../database/database.js'
import type { Sql } from '../database/sql.js'
import { centsOf } from '../money.js'
import type { AllergenMark, Menu, SaleOptionGroup, SaleProduct } from './menu.js'

/** The whole menu: groups by number, products by id, options and allergens in their own order. */
export async function readMenu(db: Database): Promise<Menu> {
  const [groups, allergens] = await Promise.all([
    db.prisma.productGroup.findMany({
      orderBy: { number: 'asc' },
      include: { products: { where: onMenu, orderBy: { id: 'asc' }, include: productParts } },
    }),
    db.prisma.allergen.findMany({ orderBy: { position: 'asc' } }),
  ])
  return {
    allergens: allergens.map(({ code, name }) => ({ code, name })),
    groups: groups.map(({ number, name, products }) => ({
      number,
      name,
      products: products.map((product) => ({
        id: product.id,
        name: product.name,
        description: product.description,
        priceCents: centsOf(product.price),
        imageUrl: product.imageUrl,
        diet: product.diet,
        prepSeconds: product.prepSeconds,
        isSoldOut: product.isSoldOut,
        allergens: product.allergens.map(allergenMark),
        optionGroups: product.optionGroups.map(({ optionGroup }) => ({
          id: optionGroup.id,
          name: optionGroup.name,
          minChoices: optionGroup.minChoices,
          maxChoices: optionGroup.maxChoices,
          options: optionGroup.options.map((option) => ({
            id: option.id,
            name: option.name,
            priceCents: centsOf(option.price),
            prepSeconds: option.prepSeconds,
            diet: option.diet,
            isDefault: option.isDefault,
            isSoldOut: option.isSoldOut,
            allergens: option.allergens.map(allergenMark),
          })),
        })),
      })),
    })),
  }
}

const onMenu = { isOnMenu: true } as const

const withAllergens = {
  include: { allergen: true },
  orderBy: { allergen: { position: 'asc' } },
} as const

const productParts = {
  allergens: withAllergens,
  optionGroups: {
    orderBy: { position: 'asc' },
    include: {
      optionGroup: {
        include: {
          options: {
            where: onMenu,
            orderBy: { position: 'asc' },
            include: { allergens: withAllergens },
          },
        },
      },
    },
  },
} as const

function allergenMark(row: {
  isTrace: boolean
  allergen: { code: string; name: string }
}): AllergenMark {
  return { code: row.allergen.code, name: row.allergen.name, isTrace: row.isTrace }
}

interface SaleRow {
  id: number
  product_name: string
  price: string
  prep_seconds: number
  is_sold_out: number
  group_id: number | null
  group_name: string
  min_choices: number
  max_choices: number
  option_id: number | null
  option_name: string
  option_price: string
  option_seconds: number
  option_sold_out: number
}

/**
 * Products with price, options and availability as they are now, by id; unknown ids are absent. One statement of plain
 * SQL: every order runs it, and Prisma's path would cost several times the rest of the order.
 */
export async function readForSale(
  sql: Sql,
  productIds: readonly number[],
): Promise<Map<number, SaleProduct>> {
  const ids = [...new Set(productIds)]
  if (ids.length === 0) return new Map()
  const rows = await sql.rows<SaleRow>(saleStatement(ids.length), ids)
  return collectSale(rows)
}

/** The statement of readForSale for so many product ids; the benchmark's baseline issues the same. */
export function saleStatement(count: number): string {
  return `SELECT p.id, p.product_name, p.price, p.prep_seconds, p.is_sold_out,
  g.id AS group_id, g.name AS group_name, g.min_choices, g.max_choices,
  o.id AS option_id, o.name AS option_name, o.price AS option_price, o.prep_seconds AS option_seconds,
  o.is_sold_out AS option_sold_out
FROM product p
LEFT JOIN product_option_group pg ON pg.product_id = p.id
LEFT JOIN option_group g ON g.id = pg.option_group_id
LEFT JOIN product_option o ON o.option_group_id = g.id AND o.is_on_menu
WHERE p.is_on_menu AND p.id IN (${Array(count).fill('?').join(', ')})
ORDER BY p.id, pg.position, g.id, o.position`
}

function collectSale(rows: readonly SaleRow[]): Map<number, SaleProduct> {
  const products = new Map<number, SaleProduct>()
  for (const row of rows) {
    const product = products.get(row.id) ?? {
      id: row.id,
      name: row.product_name,
      priceCents: centsOf(row.price),
      prepSeconds: row.prep_seconds,
      isSoldOut: row.is_sold_out !== 0,
      optionGroups: [],
    }
    products.set(row.id, product)
    if (row.group_id !== null) collectOption(product.optionGroups, row, row.group_id)
  }
  return products
}

function collectOption(groups: SaleOptionGroup[], row: SaleRow, groupId: number): void {
  let group = groups.at(-1)
  if (group?.id !== groupId) {
    group = {
      id: groupId,
      name: row.group_name,
      minChoices: row.min_choices,
      maxChoices: row.max_choices,
      options: [],
    }
    groups.push(group)
  }
  if (row.option_id === null) return
  group.options.push({
    id: row.option_id,
    name: row.option_name,
    priceCents: centsOf(row.option_price),
    prepSeconds: row.option_seconds,
    isSoldOut: row.option_sold_out !== 0,
  })
}
