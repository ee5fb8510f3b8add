import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { keys, openSmallCafe, tokenOf } from './small-cafe.js'

describe('a form', () => {
  test('of our own page is accepted, from many tabs and again, and renews the visitor’s cookie', async () => {
    const browser = openSmallCafe().browser()
    const token = await tokenOf(browser)
    expect(await tokenOf(browser)).toBe(token)
    for (let sent = 0; sent < 2; sent += 1) {
      const page = await browser.post('/form').type('form').send({ _csrf: token, name: 'Ada' })
      expect(page.status).toBe(200)
      expect(page.headers['set-cookie']?.[0]).toMatch(/^visitor=s%3A.*Max-Age=15552000/)
    }
  })

  test('without a token, with a wrong one, two, or somebody else’s is refused with advice', async () => {
    const { browser } = openSmallCafe()
    const mine = browser()
    const token = await tokenOf(mine)
    const foreign = await tokenOf(browser())
    const bodies = [
      '',
      '_csrf=',
      `_csrf=${foreign}`,
      `_csrf=${token}&_csrf=${token}`,
      `_csrf=${token}x`,
    ]
    for (const body of bodies) {
      const page = await mine.post('/form').type('form').send(body)
      expect(page.status).toBe(403)
      expect(page.text).toContain('Go back, reload the page and try again')
    }
  })

  test('from a browser without cookies is refused', async () => {
    const { app, browser } = openSmallCafe()
    const token = await tokenOf(browser())
    const page = await request(app).post('/form').type('form').send({ _csrf: token })
    expect(page.status).toBe(403)
    expect(page.text).toContain('cookies are turned off')
  })

  test('made before the key changed is accepted until the old key is gone', async () => {
    const before = openSmallCafe({ cookieKeys: [keys[1]!] })
    const form = await request(before.app).get('/form')
    const send = (cookieKeys: string[]) =>
      request(openSmallCafe({ cookieKeys }).app)
        .post('/form')
        .set('Cookie', form.headers['set-cookie']![0]!.split(';')[0]!)
        .type('form')
        .send({ _csrf: form.body as string })
    expect((await send(keys)).status).toBe(200)
    expect((await send([keys[0]!])).status).toBe(403)
  })

  test('that another site sent is refused even with a good token', async () => {
    const browser = openSmallCafe().browser()
    const _csrf = await tokenOf(browser)
    const send = (headers: Record<string, string>) =>
      browser.post('/form').set('Host', 'cafe.example').set(headers).type('form').send({ _csrf })
    expect((await send({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await send({ 'Sec-Fetch-Site': 'same-site' })).status).toBe(403)
    expect((await send({ Origin: 'https://evil.example' })).status).toBe(403)
    expect((await send({ Origin: 'null' })).status).toBe(403)
    expect((await send({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200)
    expect((await send({ 'Sec-Fetch-Site': 'none' })).status).toBe(200)
    expect((await send({ Origin: 'http://cafe.example' })).status).toBe(200)
  })
})
