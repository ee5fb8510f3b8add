import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, openCafe, textOf, type TestCafe } from '../support/cafe.js'

let cafe: TestCafe
beforeAll(async () => {
  cafe = await openCafe()
})
afterAll(() => cafe.close())

async function menuText(query = ''): Promise<string> {
  return textOf((await cafe.customer().visit(`/${query}`)).html)
}

describe('the menu', () => {
  test('shows every product by group, with price, description and allergens', async () => {
    const text = await menuText()
    expect(text.indexOf('Pastries')).toBeGreaterThan(0)
    expect(text.indexOf('Drinks')).toBeGreaterThan(text.indexOf('Pastries'))
    for (const name of [
      'Croissant',
      'Donut',
      'Muffin',
      'Strawberry Tart',
      'Coffee',
      'Hot Chocolate',
      'Latte',
    ]) {
      expect(text).toContain(name)
    }
    for (const price of ['$1.00', '$1.50', '$2.50', '$3.00', '$3.50']) expect(text).toContain(price)
    expect(text).toContain('Milk')
  })

  test('shows a change of the database within moments, without a restart', async () => {
    await cafe.db.run('UPDATE product SET price = 1.70, is_sold_out = TRUE WHERE id = 2')
    try {
      await eventually('the donut is dearer and sold out', async () => {
        const text = await menuText()
        return text.includes('$1.70') && /sold out/i.test(text)
      })
    } finally {
      await cafe.db.run('UPDATE product SET price = 1.00, is_sold_out = FALSE WHERE id = 2')
    }
  })

  test('is the same page for everybody, but for the token and the basket', async () => {
    const [one, other] = [cafe.customer(), cafe.customer()]
    await one.add(1)
    const [withBasket, without] = await Promise.all([one.visit('/'), other.visit('/')])
    expect(textOf(withBasket.html)).toMatch(/1 item\b.*\$1\.50/)
    expect(textOf(without.html)).not.toMatch(/1 item\b/)
    expect(withBasket.values('_csrf')[0]).not.toBe(without.values('_csrf')[0])
  })
})

describe('the filter', () => {
  test('vegan shows what is vegan, and drinks that can be, with what to choose', async () => {
    const text = await menuText('?diet=vegan')
    expect(text).toContain('Latte')
    expect(text).toMatch(/with (oat|soy|soya) drink/i)
    expect(text).not.toContain('Strawberry Tart')
  })

  test('without milk hides what contains it, and keeps what can be made without', async () => {
    const text = await menuText('?without=milk')
    expect(text).toContain('Latte')
    expect(text).not.toContain('Croissant Buttery')
    const cards = (await cafe.customer().visit('/?without=milk')).html
    expect(cards).not.toContain('/menu/1"')
  })

  test('can be used as a link, and says how much it hides', async () => {
    const page = await cafe.customer().visit('/?diet=vegan&without=nuts&without=soya')
    expect(page.status).toBe(200)
    expect(page.values('without').toSorted()).toEqual(['nuts', 'soya'])
    expect(textOf(page.html)).toMatch(/\d+ (products? )?.*hid/i)
  })
})

describe('a product', () => {
  test('asks its questions, with prices and allergens of the answers', async () => {
    const text = textOf((await cafe.customer().visit('/menu/9')).html)
    for (const part of ['Size', 'Milk', 'Extras', 'Oat drink', '+$0.40'])
      expect(text).toContain(part)
    expect(text).toMatch(/gluten/i)
  })

  test('an oat latte has no milk in it: the options change the allergens', async () => {
    const customer = cafe.customer()
    const [oat] = await cafe.db.rows<{ id: number; option_group_id: number }>(
      "SELECT id, option_group_id FROM product_option WHERE name = 'Oat drink' LIMIT 1",
    )
    await customer.add(9, { options: { [oat?.option_group_id ?? 0]: [oat?.id ?? 0] } })
    const line = textOf((await customer.visit('/basket')).html)
    expect(line).toMatch(/gluten/i)
    expect(line).not.toMatch(/contains[^.]*milk/i)
    expect(line).toContain('$3.90')
  })

  test('of which a required choice is sold out stays on the menu, sold out, and nothing is claimed of it', async () => {
    await cafe.db.run(
      "UPDATE product_option o JOIN option_group g ON g.id = o.option_group_id SET o.is_sold_out = TRUE WHERE g.name = 'Milk'",
    )
    try {
      await eventually('the latte is sold out', async () => {
        const page = await cafe.customer().visit('/menu/9')
        const text = textOf(page.html)
        return /sold out today/i.test(text) && !/vegan|none of the 14/i.test(text)
      })
      const card =
        /<li class="card[^>]*id="added-9">[\s\S]*?<\/li>/.exec(
          (await cafe.customer().visit('/')).html,
        )?.[0] ?? ''
      expect(card).toMatch(/sold out today/i)
      expect(card).not.toMatch(/vegan|none of the 14/i)
      const answer = await cafe.customer().send('/basket/lines', { product: '9', quantity: '1' })
      expect(answer.status).toBe(409)
    } finally {
      await cafe.db.run('UPDATE product_option SET is_sold_out = FALSE')
    }
  })

  test('that was sold can be withdrawn: it leaves the menu, and its receipts stay', async () => {
    const customer = cafe.customer()
    await customer.add(6)
    const { location = '' } = (await customer.order()).headers
    const other = cafe.customer()
    await other.add(6)
    await cafe.db.run('UPDATE product SET is_on_menu = FALSE WHERE id = 6')
    try {
      await eventually(
        'the tart has left the menu',
        async () => (await customer.visit('/menu/6')).status === 404,
      )
      expect(textOf((await customer.visit(location)).html)).toContain('Strawberry Tart')
      const basket = textOf((await other.visit('/basket')).html)
      expect(basket).toContain('left the menu')
      expect(basket).not.toContain('None of the 14')
    } finally {
      await cafe.db.run('UPDATE product SET is_on_menu = TRUE WHERE id = 6')
    }
  })

  test('that is sold out cannot be put into a basket, and says so', async () => {
    await cafe.db.run('UPDATE product SET is_sold_out = TRUE WHERE id = 3')
    try {
      const answer = await cafe.customer().add(3)
      expect(answer.status).toBe(409)
      expect(textOf(answer.html)).toContain('sold out')
    } finally {
      await cafe.db.run('UPDATE product SET is_sold_out = FALSE WHERE id = 3')
    }
  })
})
