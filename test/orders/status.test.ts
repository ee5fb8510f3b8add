import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isCancellableByCustomer,
  isFinal,
  mayFollow,
  orderStatuses,
  statusSteps,
} from '../../src/orders/status.js'

const status = fc.constantFrom(...orderStatuses)

test('however people press, an order only ever takes a step forward, a step back, or is cancelled', () => {
  const way = ['new', 'making', 'ready', 'collected']
  fc.assert(
    fc.property(fc.array(status, { maxLength: 30 }), (presses) => {
      let now: (typeof orderStatuses)[number] = 'new'
      for (const wanted of presses) {
        if (!mayFollow(now, wanted)) continue
        expect(now).not.toBe('cancelled')
        if (wanted !== 'cancelled') {
          expect(Math.abs(way.indexOf(wanted) - way.indexOf(now))).toBe(1)
        }
        now = wanted
      }
    }),
  )
})

test('a cancelled order stays cancelled, and a collected one cannot be cancelled', () => {
  for (const to of orderStatuses) expect(mayFollow('cancelled', to)).toBe(false)
  expect(mayFollow('collected', 'cancelled')).toBe(false)
  expect(orderStatuses.filter(isFinal)).toEqual(['collected', 'cancelled'])
})

test('a customer can cancel until the barista starts', () => {
  expect(orderStatuses.filter(isCancellableByCustomer)).toEqual(['new'])
})

test('the steps show exactly one place where an order is', () => {
  fc.assert(
    fc.property(status, (at) => {
      expect(statusSteps(at).filter((step) => step.state === 'current')).toHaveLength(1)
    }),
  )
})
