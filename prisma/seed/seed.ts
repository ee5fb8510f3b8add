// Fills an empty database with the café's own menu and its first twenty-four orders, from menu.json
// and orders.json. A database that has a menu or an order is left alone: what an owner changed stays.
import { randomBytes } from 'node:crypto'
import type { Database } from '../../src/database/database.js'
import { isDuplicateKey } from '../../src/database/errors.js'
import type { Sql, SqlValue } from '../../src/database/sql.js'
import { centsOf, decimalOf } from '../../src/money.js'
import {
  type AllergenCodes,
  type Menu,
  type PastOrder,
  type Product,
  readMenu,
  readPastOrders,
} from './files.js'

type Row = readonly SqlValue[]

/**
 * Writes menu and order history in one transaction, if the database has neither; the next order is
 * then number 25. Says whether it wrote. Of two processes that start at once one writes and the other
 * gets false.
 */
export async function seedIfEmpty(db: Database): Promise<boolean> {
  const [menu, orders] = await Promise.all([readMenu(), readPastOrders()])
  try {
    return await db.transaction(async (tx) => {
      if (!(await isEmpty(tx))) return false
      await insertMenu(tx, menu)
      await insertOrders(tx, orders, menu.products)
      return true
    })
  } catch (error) {
    // The first insert is group 1: a second process waits there for the first one's commit.
    if (isDuplicateKey(error)) return false
    throw error
  }
}

async function isEmpty(tx: Sql): Promise<boolean> {
  const rows = await tx.rows(
    'SELECT 1 FROM `product_group` UNION ALL SELECT 1 FROM `product` UNION ALL SELECT 1 FROM `order` LIMIT 1',
  )
  return rows.length === 0
}

// Parents before children, so that every foreign key is checked as it is written.
async function insertMenu(tx: Sql, menu: Menu): Promise<void> {
  const { groups, allergens, optionGroups, products } = menu
  const options = optionGroups.flatMap(({ id, options }) =>
    options.map((option, index) => ({ ...option, group: id, position: index + 1 })),
  )
  await insert(
    tx,
    '`product_group` (`product_group_number`, `product_group_name`)',
    groups.map(({ number, name }) => [number, name]),
  )
  await insert(
    tx,
    '`allergen` (`code`, `name`, `position`)',
    allergens.map(({ code, name }, index) => [code, name, index + 1]),
  )
  await insert(
    tx,
    '`product` (`id`, `product_name`, `description`, `price`, `product_group`, `image_url`, `diet`, `prep_seconds`)',
    products.map((p) => [
      p.id,
      p.name,
      p.description,
      p.price,
      p.group,
      p.imageUrl,
      p.diet,
      p.prepSeconds,
    ]),
  )
  await insert(
    tx,
    '`product_allergen` (`product_id`, `allergen_code`, `is_trace`)',
    allergenRows(products),
  )
  await insert(
    tx,
    '`option_group` (`id`, `name`, `min_choices`, `max_choices`)',
    optionGroups.map(({ id, name, minChoices, maxChoices }) => [id, name, minChoices, maxChoices]),
  )
  await insert(
    tx,
    '`product_option_group` (`product_id`, `option_group_id`, `position`)',
    products.flatMap(({ id, optionGroups = [] }) =>
      optionGroups.map((group, index) => [id, group, index + 1]),
    ),
  )
  await insert(
    tx,
    '`product_option` (`id`, `option_group_id`, `name`, `position`, `price`, `prep_seconds`, `diet`, `is_default`)',
    options.map((o) => [
      ...[o.id, o.group, o.name, o.position],
      ...[o.price ?? '0.00', o.prepSeconds ?? 0, o.diet ?? 'vegan', o.isDefault ?? false],
    ]),
  )
  await insert(
    tx,
    '`option_allergen` (`option_id`, `allergen_code`, `is_trace`)',
    allergenRows(options),
  )
}

function allergenRows(owners: readonly (AllergenCodes & { id: number })[]): Row[] {
  return owners.flatMap(({ id, contains = [], traces = [] }) => [
    ...contains.map((code) => [id, code, false]),
    ...traces.map((code) => [id, code, true]),
  ])
}

// The history is collected and nobody's: it belongs to no browser and holds no slot. Version 4 is
// new, making, ready, collected. Numbers are given here, and InnoDB continues after the highest.
async function insertOrders(
  tx: Sql,
  orders: readonly PastOrder[],
  products: readonly Product[],
): Promise<void> {
  const lines = orders.flatMap((order) =>
    order.lines.map(({ product, quantity }, index) => {
      const { id, name, price } = find(products, product)
      const amountCents = centsOf(price) * quantity
      return { order: order.number, item: index + 1, id, name, price, quantity, amountCents }
    }),
  )
  const amountOf = (number: number) =>
    decimalOf(
      lines
        .filter(({ order }) => order === number)
        .reduce((sum, line) => sum + line.amountCents, 0),
    )

  await insert(
    tx,
    '`order` (`order_number`, `order_date_time`, `amount`, `receipt_id`, `status`, `status_changed_at`, `version`)',
    orders.map(({ number, placedAt }) => {
      const placed = new Date(placedAt)
      return [
        number,
        placed,
        amountOf(number),
        randomBytes(16).toString('base64url'),
        'collected',
        placed,
        4,
      ]
    }),
  )
  await insert(
    tx,
    '`order_item` (`order_number`, `order_item_number`, `product_id`, `product_name`, `unit_price`, `quantity`, `amount`)',
    lines.map((l) => [
      l.order,
      l.item,
      l.id,
      l.name,
      l.price,
      l.quantity,
      decimalOf(l.amountCents),
    ]),
  )
}

function find(products: readonly Product[], id: number): Product {
  const product = products.find((candidate) => candidate.id === id)
  if (!product) throw new Error(`orders.json sells product ${id}, which menu.json does not have`)
  return product
}

/** `into` is the table with its columns, from this file only; every value travels as a parameter. */
async function insert(tx: Sql, into: string, rows: readonly Row[]): Promise<void> {
  const placeholders = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ')
  await tx.run(`INSERT INTO ${into} VALUES ${placeholders}`, rows.flat())
}
