import type { Express } from 'express'
import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { preparePage } from '../../src/web/prepared-page.js'
import { openSmallCafe } from './small-cafe.js'

const long = '<p>Caffè latte</p>'.repeat(200)
const pageRoutes = {
  routes: (app: Express) => app.get('/long', (_req, res) => void res.send(long)),
}

describe('a page', () => {
  test.each(['br', 'gzip'])(
    'is compressed with %s for a browser that can read it',
    async (encoding) => {
      const page = await request(openSmallCafe(pageRoutes).app)
        .get('/long')
        .set('Accept-Encoding', encoding)
      expect(page.headers['content-encoding']).toBe(encoding)
      expect(page.headers['vary']).toBe('Accept-Encoding')
    },
  )

  test('is sent as it is to one that cannot, and caches are told that it might differ', async () => {
    const page = await request(openSmallCafe(pageRoutes).app)
      .get('/long')
      .set('Accept-Encoding', 'identity')
    expect(page.headers).not.toHaveProperty('content-encoding')
    expect(page.headers['vary']).toBe('Accept-Encoding')
    expect(page.text).toBe(long)
  })
})

describe('a prepared page', () => {
  test('has every place filled, whatever comes before, between and after', () => {
    const fill = preparePage('%a%é%b%%a%☕', ['%a%', '%b%'])
    expect(fill(['1', 'zwei']).toString()).toBe('1ézwei1☕')
    expect(fill(['', 'ß']).toString()).toBe('éß☕')
  })

  test('without places is the page', () => {
    expect(preparePage('plain', ['%a%'])(['x']).toString()).toBe('plain')
  })

  test('does not look for places in what it was filled with', () => {
    expect(preparePage('[%a%][%b%]', ['%a%', '%b%'])(['%b%', 'x']).toString()).toBe('[%b%][x]')
  })
})
