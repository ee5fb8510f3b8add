import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { idField, quantityField, readForm } from '../../src/web/forms.js'

const form = z.object({
  product: idField,
  quantity: quantityField(1, 20).default(1),
  option: z.array(idField).max(3).default([]),
  cup_name: z.string().max(5).optional(),
})

test('a form becomes what its schema says, and fields it does not name are left out', () => {
  const fields = { _csrf: 'token', product: '4', quantity: '2', option: ['1', '3'] }
  expect(readForm(form, fields)).toEqual({ product: 4, quantity: 2, option: [1, 3] })
})

test('a list may have no element, one, or more', () => {
  expect(readForm(form, { product: '4' }).option).toEqual([])
  expect(readForm(form, { product: '4', option: '3' }).option).toEqual([3])
})

describe('a field that cannot be read is named with its mistake', () => {
  test.each([
    [{}, 'The field “product” is missing.'],
    [undefined, 'The field “product” is missing.'],
    [{ product: ['1', '2'] }, 'The field “product” was sent more than once.'],
    [{ product: '-1' }, 'The field “product” is not one of ours.'],
    [{ product: '1e3' }, 'The field “product” is not one of ours.'],
    [{ product: '99999999999999999999' }, 'The field “product” is not one of ours.'],
    [{ product: '1', quantity: '' }, 'The field “quantity” must be a whole number from 1 to 20.'],
    [
      { product: '1', quantity: '2.5' },
      'The field “quantity” must be a whole number from 1 to 20.',
    ],
    [{ product: '1', quantity: '21' }, 'The field “quantity” must be from 1 to 20.'],
    [{ product: '1', option: ['1', 'x'] }, 'The field “option” is not one of ours.'],
    [{ product: '1', option: ['1', '2', '3', '4'] }, 'The field “option” was sent too often.'],
    [{ product: '1', cup_name: 'Lovelace' }, 'The field “cup name” is too long.'],
  ])('%j', (fields, message) => {
    expect(() => readForm(form, fields)).toThrow(
      expect.objectContaining({ code: 'invalid', message }) as Error,
    )
  })
})
