import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { keys, openSmallCafe } from './small-cafe.js'

describe('a visitor', () => {
  test('gets a signed cookie on the first visit and is known on the second', async () => {
    const { app } = openSmallCafe()
    const first = await request(app).get('/visitor')
    expect(first.body).toMatch(/^[\w-]{22}$/)
    const cookie = cookieOf(first)!
    expect(cookie).toMatch(/^visitor=s%3A/)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).toContain(`Max-Age=${180 * 86_400}`)
    expect(cookie).not.toContain('Secure')

    const second = await request(app).get('/visitor').set('Cookie', valueOf(cookie))
    expect(second.body).toBe(first.body)
    expect(cookieOf(second)).toBeUndefined()
  })

  test('who comes by TLS gets a cookie that stays on TLS', async () => {
    const { app } = openSmallCafe({ env: { CAFE_TRUST_PROXY: 'yes' } })
    const page = await request(app).get('/visitor').set('X-Forwarded-Proto', 'https')
    expect(cookieOf(page)).toContain('; Secure')
  })

  test('who only asks for a picture gets no cookie', async () => {
    const page = await request(openSmallCafe().app).get('/assets/images/favicon.svg')
    expect(page.status).toBe(200)
    expect(cookieOf(page)).toBeUndefined()
  })

  test('stays the same when the key changes, and gets a cookie signed by the new one', async () => {
    const before = openSmallCafe({ cookieKeys: [keys[1]!] })
    const after = openSmallCafe({ cookieKeys: keys })
    const later = openSmallCafe({ cookieKeys: [keys[0]!] })
    const first = await request(before.app).get('/visitor')
    const second = await request(after.app)
      .get('/visitor')
      .set('Cookie', valueOf(cookieOf(first)!))
    expect(second.body).toBe(first.body)
    const third = await request(later.app)
      .get('/visitor')
      .set('Cookie', valueOf(cookieOf(second)!))
    expect(third.body).toBe(first.body)
  })

  test('with a cookie we did not sign is a new visitor', async () => {
    const { app } = openSmallCafe()
    const id = 'A'.repeat(22)
    const forged = [
      `visitor=${id}`,
      `visitor=s%3A${id}`,
      `visitor=s%3A${id}.AAAA`,
      `visitor=j:{"id":"${id}"}`,
      'visitor=j:[]',
      'visitor=%ff%00',
      'visitor=',
      '=;;;=visitor',
    ]
    for (const cookie of forged) {
      const page = await request(app).get('/visitor').set('Cookie', cookie)
      expect(page.status).toBe(200)
      expect(page.body).not.toBe(id)
      expect(cookieOf(page)).toMatch(/^visitor=s%3A/)
    }
  })

  test('with one character of the cookie changed is a new visitor', async () => {
    const { app } = openSmallCafe()
    const first = await request(app).get('/visitor')
    const cookie = valueOf(cookieOf(first)!)
    const changed = cookie.replace('s%3A', `s%3A${cookie.includes('s%3AA') ? 'B' : 'A'}`)
    const second = await request(app).get('/visitor').set('Cookie', changed)
    expect(second.body).not.toBe(first.body)
  })
})

function cookieOf(page: request.Response): string | undefined {
  return (page.headers['set-cookie'] as string[] | undefined)?.[0]
}

function valueOf(cookie: string): string {
  return cookie.split(';')[0]!
}
