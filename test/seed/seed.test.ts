import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedIfEmpty } from '../../prisma/seed/seed.js'
import { freshDatabase } from '../support/database.js'

type Fresh = Awaited<ReturnType<typeof freshDatabase>>

describe('a new café', () => {
  let cafe: Fresh

  beforeAll(async () => {
    cafe = await freshDatabase({ migrated: true })
    await seedIfEmpty(cafe.db)
  })
  afterAll(() => cafe.close())

  async function one<Row>(text: string): Promise<Row | undefined> {
    return (await cafe.db.rows<Row>(text))[0]
  }

  test('sells nine products in two groups at their prices', async () => {
    const products = await cafe.db.rows(
      `SELECT id, product_name AS name, price, product_group_name AS groupName
       FROM product JOIN product_group ON product_group_number = product_group ORDER BY id`,
    )
    expect(products).toEqual([
      { id: 1, name: 'Croissant', price: '1.50', groupName: 'Pastries' },
      { id: 2, name: 'Donut', price: '1.00', groupName: 'Pastries' },
      { id: 3, name: 'Chocolate Chip Cookie', price: '2.50', groupName: 'Pastries' },
      { id: 4, name: 'Muffin', price: '3.00', groupName: 'Pastries' },
      { id: 5, name: 'Strawberry Blueberry Tart', price: '3.50', groupName: 'Pastries' },
      { id: 6, name: 'Strawberry Tart', price: '3.50', groupName: 'Pastries' },
      { id: 7, name: 'Coffee', price: '3.00', groupName: 'Drinks' },
      { id: 8, name: 'Hot Chocolate', price: '3.00', groupName: 'Drinks' },
      { id: 9, name: 'Latte', price: '3.50', groupName: 'Drinks' },
    ])
  })

  test('knows the fourteen allergens, and a latte has milk only from the milk chosen', async () => {
    expect(await one('SELECT COUNT(*) AS n FROM allergen')).toEqual({ n: '14' })
    expect(await one('SELECT COUNT(*) AS n FROM product_allergen WHERE product_id = 9')).toEqual({
      n: '0',
    })
    const milks = await cafe.db.rows(
      `SELECT name, diet, allergen_code AS allergen FROM product_option
       JOIN option_allergen ON option_id = id
       WHERE option_group_id = 2 ORDER BY position`,
    )
    expect(milks).toEqual([
      { name: 'Whole milk', diet: 'vegetarian', allergen: 'milk' },
      { name: 'Oat drink', diet: 'vegan', allergen: 'gluten' },
      { name: 'Soy drink', diet: 'vegan', allergen: 'soya' },
      { name: 'Lactose-free milk', diet: 'vegetarian', allergen: 'milk' },
    ])
  })

  test('starts every question that needs an answer with exactly one default, free of charge', async () => {
    const odd = await cafe.db.rows(
      `SELECT g.name FROM option_group g JOIN product_option o ON o.option_group_id = g.id
       GROUP BY g.id, g.name, g.min_choices
       HAVING SUM(o.is_default) <> g.min_choices OR SUM(o.is_default * o.price) > 0`,
    )
    expect(odd).toEqual([])
  })

  test('remembers 24 orders of 598.00 in all, and the next is number 25', async () => {
    expect(
      await one(
        `SELECT COUNT(*) AS orders, MIN(order_number) AS first, MAX(order_number) AS last, SUM(amount) AS amount,
                COUNT(DISTINCT receipt_id) AS receipts, SUM(status = 'collected') AS collected FROM \`order\``,
      ),
    ).toEqual({
      orders: '24',
      first: 1,
      last: 24,
      amount: '598.00',
      receipts: '24',
      collected: '24',
    })
    const { insertId } = await cafe.db.run(
      `INSERT INTO \`order\` (receipt_id) VALUES ('AAAAAAAAAAAAAAAAAAAAAA')`,
    )
    expect(insertId).toBe(25)
    await cafe.db.run('DELETE FROM `order` WHERE order_number = 25')
  })

  test('took them from 20 June to 28 July 2020, a little after 13:09 UTC', async () => {
    expect(
      await one(
        `SELECT CAST(MIN(DATE(order_date_time)) AS CHAR) AS first, CAST(MAX(DATE(order_date_time)) AS CHAR) AS last,
                SUM(TIME(order_date_time) BETWEEN '13:09:00' AND '13:14:59') AS inWindow FROM \`order\``,
      ),
    ).toEqual({ first: '2020-06-20', last: '2020-07-28', inWindow: '24' })
  })

  test('sold 217 pieces on 51 lines, each line its price times its quantity', async () => {
    expect(
      await one(
        `SELECT COUNT(*) AS linesSold, SUM(quantity) AS units, SUM(amount) AS amount,
                MIN(quantity) AS fewest, MAX(quantity) AS most FROM order_item`,
      ),
    ).toEqual({ linesSold: '51', units: '217', amount: '598.00', fewest: 1, most: 15 })
    const wrongLines = await cafe.db.rows(
      `SELECT i.order_number FROM order_item i JOIN product p ON p.id = i.product_id
       WHERE i.amount <> i.quantity * p.price OR i.unit_price <> p.price OR i.product_name <> p.product_name`,
    )
    const wrongTotals = await cafe.db.rows(
      `SELECT o.order_number FROM \`order\` o LEFT JOIN order_item i ON i.order_number = o.order_number
       GROUP BY o.order_number, o.amount HAVING o.amount <> COALESCE(SUM(i.amount), -1)`,
    )
    expect({ wrongLines, wrongTotals }).toEqual({ wrongLines: [], wrongTotals: [] })
  })

  test('earned with each product what the books say', async () => {
    const sales = await cafe.db.rows(
      `SELECT product_name AS name, CONCAT(SUM(quantity), ' for ', SUM(amount)) AS sold
       FROM order_item GROUP BY product_id, product_name ORDER BY product_id`,
    )
    expect(sales).toEqual([
      { name: 'Croissant', sold: '29 for 43.50' },
      { name: 'Donut', sold: '23 for 23.00' },
      { name: 'Chocolate Chip Cookie', sold: '18 for 45.00' },
      { name: 'Muffin', sold: '6 for 18.00' },
      { name: 'Strawberry Blueberry Tart', sold: '34 for 119.00' },
      { name: 'Strawberry Tart', sold: '33 for 115.50' },
      { name: 'Coffee', sold: '33 for 99.00' },
      { name: 'Hot Chocolate', sold: '17 for 51.00' },
      { name: 'Latte', sold: '24 for 84.00' },
    ])
  })

  test('is not seeded again, whatever its owner changed', async () => {
    await cafe.db.run(`UPDATE product SET price = 9.99 WHERE id = 1`)
    expect(await seedIfEmpty(cafe.db)).toBe(false)
    expect(await one('SELECT price FROM product WHERE id = 1')).toEqual({ price: '9.99' })
  })
})

test('processes that open the same café at once seed it once', async () => {
  const cafe = await freshDatabase({ migrated: true })
  try {
    const seeded = await Promise.all([seedIfEmpty(cafe.db), seedIfEmpty(cafe.db)])
    expect(seeded.filter(Boolean)).toHaveLength(1)
    const [count] = await cafe.db.rows('SELECT COUNT(*) AS orders FROM `order`')
    expect(count).toEqual({ orders: '24' })
  } finally {
    await cafe.close()
  }
})

test('a café whose owner already made a menu keeps it', async () => {
  const cafe = await freshDatabase({ migrated: true })
  try {
    await cafe.db.run(`INSERT INTO product_group VALUES (7, 'Soups')`)
    expect(await seedIfEmpty(cafe.db)).toBe(false)
    expect(await cafe.db.rows('SELECT 1 FROM product')).toEqual([])
  } finally {
    await cafe.close()
  }
})
