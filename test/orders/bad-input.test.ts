import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encode,
  openCafe,
  textOf,
  type Customer,
  type Fields,
  type TestCafe,
} from '../support/cafe.js'

let cafe: TestCafe
beforeAll(async () => {
  cafe = await openCafe()
})
afterAll(() => cafe.close())

const key = () => randomBytes(16).toString('base64url')
const asap = {
  pickup: 'asap',
  asap_at: new Date(Date.now() + 600_000).toISOString(),
  cup_name: 'Ada',
}
const order = (more: Fields): Fields => ({
  key: key(),
  line: '1-1',
  total: '1.50',
  ...asap,
  ...more,
})

async function written(): Promise<string> {
  const counts = ['`order`', 'order_item', 'basket_line', 'pickup_slot'].map(
    (table) => `(SELECT COUNT(*) FROM ${table})`,
  )
  const [row] = await cafe.db.rows<{ counts: string }>(
    `SELECT CONCAT_WS('/', ${counts.join(', ')}) AS counts`,
  )
  return row?.counts ?? ''
}

/** The form is answered with `status` and a page that says something, and nothing was written. */
async function expectRefused(
  customer: Customer,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  statuses: number[],
  type?: string,
) {
  const before = await written()
  const page = await customer.sendRaw(path, body, type)
  expect(
    statuses,
    `${path} with ${String(body).slice(0, 80)}: ${textOf(page.html).slice(0, 200)}`,
  ).toContain(page.status)
  expect(textOf(page.html)).toMatch(/\b(menu|order|field|form|try|choose|go back|please)\b/i)
  expect(page.html).not.toMatch(/ER_|SELECT |INSERT |at \w+ \(|node_modules/)
  expect(await written()).toBe(before)
}

async function expectFieldsRefused(path: string, fields: Fields, statuses: number[]) {
  const customer = cafe.customer()
  await expectRefused(customer, path, encode({ ...(await customer.token()), ...fields }), statuses)
}

describe('an order form that', () => {
  test.each<[string, Fields, number[]]>([
    ['has no key', { ...order({}), key: [] }, [400]],
    ['has a key that is too short', order({ key: 'abc' }), [400]],
    ['has a key of other characters', order({ key: "'; DROP TABLE x;--abcd" }), [400]],
    ['has two keys', order({ key: [key(), key()] }), [400]],
    ['has no lines', order({ line: [] }), [400]],
    ['has 10,000 lines', order({ line: Array<string>(10_000).fill('1-1') }), [400, 413]],
    ['has more lines than a basket holds', order({ line: Array<string>(41).fill('1-1') }), [400]],
    ['orders a negative quantity', order({ line: '1--5' }), [400]],
    ['orders nothing of something', order({ line: '1-0' }), [400]],
    ['orders two million', order({ line: '1-2000000' }), [400]],
    ['orders half a cake', order({ line: '1-0.5' }), [400]],
    ['names a product in words', order({ line: 'croissant-1' }), [400]],
    ['names an unknown product', order({ line: '999999999-1' }), [409]],
    ['names an id beyond every id', order({ line: '99999999999999999999-1' }), [400]],
    ['chooses an option twice', order({ line: '9-1-1.1', total: '3.50' }), [409]],
    ['has no total', order({ total: [] }), [400]],
    ['has a negative total', order({ total: '-1.50' }), [400]],
    ['has a total that is no amount', order({ total: '1e9' }), [400]],
    ['has another total', order({ total: '0.01' }), [409]],
    ['has no pickup', order({ pickup: [] }), [400]],
    ['has a pickup in words', order({ pickup: 'yesterday' }), [400]],
    ['has an impossible date', order({ pickup: '2026-13-45T99:99:99.000Z' }), [400]],
    ['has a pickup in the year 9999', order({ pickup: '9999-12-31T23:59:59.000Z' }), [409]],
    ['has no name', order({ cup_name: '' }), [400]],
    ['has a name of blanks', order({ cup_name: '   ' }), [400]],
    ['has a name of 41 characters', order({ cup_name: 'x'.repeat(41) }), [400]],
    ['has a name with control characters', order({ cup_name: 'A\u0007B' }), [400]],
    ['has two names', order({ cup_name: ['Ada', 'Grace'] }), [400]],
    ['has a note of 201 characters', order({ note: 'x'.repeat(201) }), [400]],
    ['has a name with a NUL byte', order({ cup_name: 'A\u0000' }), [400]],
  ])('%s is refused', async (_, fields, statuses) => {
    await expectFieldsRefused('/orders', fields, statuses)
  })

  test('is not UTF-8 is refused', async () => {
    const customer = cafe.customer()
    const body = encode({ ...(await customer.token()), ...order({}) }).replace(
      'cup_name=Ada',
      'cup_name=%ff%fe',
    )
    await expectRefused(customer, '/orders', body, [400])
  })

  test('keeps what was typed when a field is wrong', async () => {
    const customer = cafe.customer()
    await customer.add(1)
    const { fields, page } = await customer.orderForm({ cup_name: '', note: 'Extra hot' })
    const answer = await customer.send('/orders', fields, page)
    expect(answer.status).toBe(400)
    expect(answer.html).toContain('Extra hot')
    expect(answer.html).toMatch(/aria-invalid="true"/)
    expect(answer.values('key')).toEqual(page.values('key'))
  })

  test('carries mark-up in name and note is taken, and shown as text', async () => {
    const customer = cafe.customer()
    await customer.add(1)
    const placed = await customer.order({
      cup_name: '<b>Ada</b>',
      note: '"><script>alert(1)</script>',
    })
    expect(placed.status).toBe(303)
    const receipt = await customer.visit(placed.headers.location ?? '')
    expect(receipt.html).not.toContain('<script>alert')
    expect(receipt.html).not.toContain('<b>Ada')
    expect(textOf(receipt.html)).toContain('<b>Ada</b>')
  })

  test('carries an emoji in name and note keeps it', async () => {
    const customer = cafe.customer()
    await customer.add(1)
    const placed = await customer.order({ cup_name: 'Zoë 🦊', note: '☕️ 你好' })
    const receipt = textOf((await customer.visit(placed.headers.location ?? '')).html)
    expect(receipt).toContain('Zoë 🦊')
    expect(receipt).toContain('☕️ 你好')
  })
})

describe('every form', () => {
  const forms: [string, Fields][] = [
    ['/orders', order({})],
    ['/basket/lines', { product: '1', quantity: '1' }],
    ['/basket/lines/1', { quantity: '1' }],
    ['/orders/AAAAAAAAAAAAAAAAAAAAAA/cancellation', {}],
    ['/orders/AAAAAAAAAAAAAAAAAAAAAA/again', {}],
  ]

  test.each(forms)(
    '%s without a token, with a stale one or with a stranger’s is refused',
    async (path, fields) => {
      const customer = cafe.customer()
      const { _csrf: strangers } = await cafe.customer().token()
      await customer.token()
      for (const token of [[], '', 'x', 'a'.repeat(64), strangers]) {
        await expectRefused(customer, path, encode({ _csrf: token, ...fields }), [403])
      }
    },
  )

  test.each(forms)('%s with a tampered cookie is refused', async (path, fields) => {
    const customer = cafe.customer()
    const token = await customer.token()
    const before = await written()
    const page = await customer.visit(path, {
      method: 'POST',
      body: encode({ ...token, ...fields }),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        // Another first character, whatever the first one is.
        cookie: customer.cookies.replace(/(visitor=s%3A)(.)/, (_, start: string, first: string) =>
          first === '_' ? `${start}A` : `${start}_`,
        ),
      },
    })
    expect(page.status).toBe(403)
    expect(await written()).toBe(before)
  })

  test.each(forms)('%s as JSON, XML or a file is refused', async (path) => {
    const customer = cafe.customer()
    await customer.token()
    for (const type of [
      'application/json',
      'text/xml',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      await expectRefused(customer, path, '{"quantity": 1}', [415], type)
    }
  })

  test.each(forms)('%s that is huge is refused', async (path) => {
    const customer = cafe.customer()
    const { _csrf } = await customer.token()
    await expectRefused(customer, path, encode({ _csrf, note: 'x'.repeat(100_000) }), [413])
  })
})

describe('a basket form', () => {
  test.each<[string, Fields, number[]]>([
    ['without a product', {}, [400]],
    ['with a product in words', { product: 'latte' }, [400]],
    ['with two products', { product: ['1', '2'] }, [400]],
    ['with an unknown product', { product: '4711' }, [404]],
    ['with a negative quantity', { product: '1', quantity: '-1' }, [400]],
    ['with quantity 0', { product: '1', quantity: '0' }, [400]],
    ['with quantity 21', { product: '1', quantity: '21' }, [400]],
    ['with a huge quantity', { product: '1', quantity: '9'.repeat(30) }, [400]],
    ['with an option that is none', { product: '1', 'option-1': 'oat' }, [400]],
    ['with another product’s option', { product: '2', 'option-1': '1' }, [409]],
    ['with a required choice missing', { product: '9' }, [409]],
  ])('%s is refused', async (_, fields, statuses) => {
    await expectFieldsRefused('/basket/lines', fields, statuses)
  })

  test('cannot change a line of somebody else’s basket', async () => {
    const owner = cafe.customer()
    await owner.add(1)
    const [line] = await cafe.db.rows<{ id: string }>('SELECT MAX(id) AS id FROM basket_line')
    for (const id of [line?.id ?? '', '0', 'x', '9'.repeat(30), "1' OR '1'='1"]) {
      await expectFieldsRefused(`/basket/lines/${encodeURIComponent(id)}`, { quantity: '0' }, [404])
    }
    expect(textOf((await owner.visit('/basket')).html)).toContain('Croissant')
  })
})

describe('an address', () => {
  test('that is longer than any of ours is refused', async () => {
    const page = await cafe.customer().visit(`/?${'without=milk&'.repeat(300)}`)
    expect(page.status).toBe(414)
  })

  test.each<[string, number[]]>([
    ['/menu/0', [404]],
    ['/menu/-1', [404]],
    ['/menu/1.5', [404]],
    ['/menu/abc', [404]],
    ['/menu/99999999999999999999', [404]],
    ['/menu/%E0%A4%A', [400]],
    ['/menu/%00', [400, 404]],
    ['/?diet=meat', [400]],
    ['/?diet=vegan&diet=vegan', [400]],
    ['/?without=plutonium', [400]],
    [`/?${'without=milk&'.repeat(15)}`, [400]],
    ['/basket?again=not-a-receipt', [200]],
    ['/orders/AAAAAAAAAAAAAAAAAAAAAA/events', [404]],
    ['/nothing/here', [404]],
    ['/../../etc/passwd', [404]],
    ['/assets/..%2f..%2fpackage.json', [400, 404]],
  ])('%s is answered with a page', async (path, statuses) => {
    const page = await cafe.customer().visit(path)
    expect(statuses, textOf(page.html).slice(0, 200)).toContain(page.status)
    expect(page.headers['content-type']).toContain('text/html')
  })
})
