import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SaleProduct } from '../../src/menu/menu.js'
import { priceSelection, problemsOf, quantityMax } from '../../src/menu/selection.js'
import { centsOf, decimalOf } from '../../src/money.js'
import { orderLineText, parseOrderLine, priceOrder } from '../../src/orders/order-lines.js'

const option = fc.record({
  id: fc.integer({ min: 1, max: 999_999_999 }),
  name: fc.string({ minLength: 1 }),
  priceCents: fc.integer({ min: 0, max: 5_000 }),
  prepSeconds: fc.integer({ min: 0, max: 300 }),
  isSoldOut: fc.boolean(),
})

const optionGroup = fc
  .record({
    id: fc.integer({ min: 1, max: 9_999 }),
    name: fc.string({ minLength: 1 }),
    minChoices: fc.integer({ min: 0, max: 2 }),
    maxChoices: fc.integer({ min: 1, max: 4 }),
    options: fc.uniqueArray(option, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
  })
  .map((group) => ({ ...group, maxChoices: Math.max(group.minChoices, group.maxChoices) }))

const product: fc.Arbitrary<SaleProduct> = fc.record({
  id: fc.integer({ min: 1, max: 999_999_999 }),
  name: fc.string({ minLength: 1 }),
  priceCents: fc.integer({ min: 0, max: 100_000 }),
  prepSeconds: fc.integer({ min: 0, max: 600 }),
  isSoldOut: fc.boolean(),
  optionGroups: fc.array(optionGroup, { maxLength: 3 }),
})

const optionIds = (of: SaleProduct) => of.optionGroups.flatMap((g) => g.options.map((o) => o.id))

const line = fc.record({
  productId: fc.integer({ min: 1, max: 999_999_999 }),
  quantity: fc.integer({ min: 1, max: quantityMax }),
  optionIds: fc.uniqueArray(fc.integer({ min: 1, max: 999_999_999 }), { maxLength: 8 }),
})

describe('what an order costs', () => {
  test('the total is the sum of its lines, and a line is its quantity times its unit price', () => {
    fc.assert(
      fc.property(
        fc.array(product, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (sold, numbers) => {
          const products = new Map(sold.map((each) => [each.id, each]))
          const lines = [...products.values()].map((each) => ({
            productId: each.id,
            quantity: 1 + ((numbers.next().value as number) % quantityMax),
            optionIds: optionIds(each).filter(() => (numbers.next().value as number) % 2 === 0),
          }))
          const order = priceOrder(lines, products)
          expect(order.lines).toHaveLength(lines.length)
          for (const each of order.lines)
            expect(each.amountCents).toBe(each.unitPriceCents * each.quantity)
          expect(order.totalCents).toBe(
            order.lines.reduce((sum, each) => sum + each.amountCents, 0),
          )
        },
      ),
    )
  })

  test('an option never makes a product cheaper, and one it does not offer adds nothing but a problem', () => {
    fc.assert(
      fc.property(
        product,
        fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }),
        (sold, foreignId) => {
          const chosen = optionIds(sold)
          expect(priceSelection(sold, chosen).unitPriceCents).toBeGreaterThanOrEqual(
            sold.priceCents,
          )
          expect(priceSelection(sold, [foreignId]).unitPriceCents).toBe(sold.priceCents)
          expect(problemsOf(sold, [foreignId]).join()).toContain('not offered')
        },
      ),
    )
  })

  test('a product that is sold out, or an option that is, cannot be ordered', () => {
    fc.assert(
      fc.property(product, (sold) => {
        expect(problemsOf({ ...sold, isSoldOut: true }, []).join()).toContain('sold out')
        const soldOut = sold.optionGroups
          .flatMap((group) => group.options)
          .find((each) => each.isSoldOut)
        if (soldOut) expect(problemsOf(sold, [soldOut.id]).join('. ')).toContain('sold out')
      }),
    )
  })

  test('cents and decimals are the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), (cents) => {
        expect(centsOf(decimalOf(cents))).toBe(cents)
        expect(Number(decimalOf(cents))).toBeCloseTo(cents / 100, 6)
      }),
    )
  })
})

describe('a line of the order form', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(line, (written) => {
        const sorted = { ...written, optionIds: written.optionIds.toSorted((a, b) => a - b) }
        expect(parseOrderLine(orderLineText(written))).toEqual(sorted)
      }),
    )
  })

  test('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseOrderLine(text)
        if (read) expect(orderLineText(read).length).toBeLessThanOrEqual(text.length)
      }),
    )
    for (const text of [
      '',
      '0-1',
      '1-0',
      '1--1',
      '1-21',
      '1-1e3',
      '9999999999-1',
      '1-1-',
      '1-1-0',
      '1-1-2..3',
      '1-1.5',
      ' 1-1',
    ]) {
      expect(parseOrderLine(text), text).toBeUndefined()
    }
  })
})
