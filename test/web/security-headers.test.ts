import request from 'supertest'
import { expect, test } from 'vitest'
import { openSmallCafe } from './small-cafe.js'

test('pages allow no inline script or style, no frame and no third party', async () => {
  const { headers } = await request(openSmallCafe().app).get('/visitor')
  const policy = headers['content-security-policy']
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).not.toMatch(/unsafe|\*|http|data:/)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'private, no-cache',
  })
  expect(headers).not.toHaveProperty('x-powered-by')
})

test('error pages and assets have the same protection as pages', async () => {
  const { app } = openSmallCafe()
  const page = await request(app).get('/visitor')
  for (const path of ['/nowhere', '/assets/cafe.css', '/assets/nothing.js', '/%']) {
    const { headers } = await request(app).get(path)
    expect(headers['content-security-policy']).toBe(page.headers['content-security-policy'])
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
})

test('only a visitor who came by TLS is told to stay on TLS', async () => {
  const behindProxy = openSmallCafe({ env: { CAFE_TRUST_PROXY: 'yes' } }).app
  const secure = await request(behindProxy).get('/visitor').set('X-Forwarded-Proto', 'https')
  const plain = await request(behindProxy).get('/visitor')
  const claimed = await request(openSmallCafe().app)
    .get('/visitor')
    .set('X-Forwarded-Proto', 'https')
  expect(secure.headers['strict-transport-security']).toMatch(/^max-age=31536000/)
  expect(plain.headers).not.toHaveProperty('strict-transport-security')
  expect(claimed.headers).not.toHaveProperty('strict-transport-security')
})
