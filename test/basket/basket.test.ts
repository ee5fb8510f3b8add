import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetOldBaskets } from '../../src/basket/queries.js'
import { eventually, openCafe, textOf, type TestCafe } from '../support/cafe.js'

let cafe: TestCafe
beforeAll(async () => {
  cafe = await openCafe()
})
afterAll(() => cafe.close())

async function lineIds(): Promise<string[]> {
  const rows = await cafe.db.rows<{ id: string }>('SELECT id FROM basket_line ORDER BY id')
  return rows.map((row) => row.id)
}

describe('a basket', () => {
  test('gathers the same thing in one line, and keeps other options apart', async () => {
    const customer = cafe.customer()
    await customer.add(9)
    await customer.add(9)
    const [oat] = await cafe.db.rows<{ id: number; group: number }>(
      "SELECT id, option_group_id AS `group` FROM product_option WHERE name = 'Oat drink' LIMIT 1",
    )
    await customer.add(9, { options: { [oat?.group ?? 0]: [oat?.id ?? 0] } })
    const page = await customer.visit('/basket')
    expect(page.values('line').map((line) => line.split('-')[1])).toEqual(['2', '1'])
    expect(textOf(page.html)).toContain('$10.90')
  })

  test('adds up what is put in from two tabs at once', async () => {
    const customer = cafe.customer()
    await customer.add(2)
    const token = await customer.token()
    const adding = { ...token, product: '2', quantity: '1' }
    await Promise.all(Array.from({ length: 8 }, () => customer.send('/basket/lines', adding)))
    expect((await customer.visit('/basket')).values('line')).toEqual(['2-9'])
  })

  test('holds at most twenty of one thing, and says so instead of cutting off', async () => {
    const customer = cafe.customer()
    await customer.add(2, { quantity: 15 })
    const refused = await customer.add(2, { quantity: 15 })
    expect(refused.status).toBe(409)
    expect(textOf(refused.html)).toContain('at most 20 of one thing')
    expect((await customer.visit('/basket')).values('line')).toEqual(['2-15'])
  })

  test('does not hide a new price behind one more of the same', async () => {
    const customer = cafe.customer()
    await customer.add(3)
    await cafe.db.run('UPDATE product SET price = 2.90 WHERE id = 3')
    try {
      await customer.add(3)
      await eventually('the basket shows the difference', async () => {
        const text = textOf((await customer.visit('/basket')).html)
        return text.includes('Was $2.50') && text.includes('now $2.90')
      })
    } finally {
      await cafe.db.run('UPDATE product SET price = 2.50 WHERE id = 3')
    }
  })

  test('loses a line that is set to none, and changes one that is set to more', async () => {
    const customer = cafe.customer()
    await customer.add(3)
    await customer.add(2)
    const [cookie, donut] = (await lineIds()).slice(-2)
    await customer.send(`/basket/lines/${cookie}`, { quantity: '0' })
    await customer.send(`/basket/lines/${donut}`, { quantity: '3' })
    expect((await customer.visit('/basket')).values('line')).toEqual(['2-3'])
  })

  test('shows what has become dearer or has run out since, and cannot be ordered with it', async () => {
    const customer = cafe.customer()
    await customer.add(5)
    await customer.add(6)
    await cafe.db.run('UPDATE product SET price = 3.90 WHERE id = 5')
    await cafe.db.run('UPDATE product SET is_sold_out = TRUE WHERE id = 6')
    try {
      await eventually('the basket shows both', async () => {
        const text = textOf((await customer.visit('/basket')).html)
        return (
          /Was \$3\.50 .*now \$3\.90/.test(text) && text.includes('Strawberry Tart is sold out')
        )
      })
      expect(textOf((await customer.visit('/basket')).html)).toContain('cannot be ordered as it is')
    } finally {
      await cafe.db.run('UPDATE product SET price = 3.50, is_sold_out = FALSE WHERE id IN (5, 6)')
    }
  })

  test('is one customer’s alone', async () => {
    const customer = cafe.customer()
    await customer.add(7)
    expect((await cafe.customer().visit('/basket')).values('line')).toEqual([])
  })

  test('that nobody has touched for long is forgotten, with its lines', async () => {
    const [old, recent] = [cafe.customer(), cafe.customer()]
    await old.add(9)
    const [oldLine] = (await lineIds()).slice(-1)
    await cafe.db.run(
      'UPDATE basket SET changed_at = UTC_TIMESTAMP(3) - INTERVAL 181 DAY WHERE visitor_id = (SELECT visitor_id FROM basket_line WHERE id = ?)',
      [oldLine ?? ''],
    )
    await recent.add(9)
    expect(await forgetOldBaskets(cafe.db)).toBe(1)
    expect((await old.visit('/basket')).values('line')).toEqual([])
    expect((await recent.visit('/basket')).values('line')).toHaveLength(1)
  })
})
