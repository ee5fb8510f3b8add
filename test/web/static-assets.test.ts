import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSmallCafe, type SmallCafe } from './small-cafe.js'

const css = 'body { color: brown }\n'.repeat(100)
const picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'

describe('a file under assets', () => {
  let folder: string
  let cafe: SmallCafe
  let hashed: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cafe-views-'))
    mkdirSync(join(folder, 'assets/images'), { recursive: true })
    writeFileSync(join(folder, 'assets/cafe.css'), css)
    writeFileSync(join(folder, 'assets/images/cup.svg'), picture)
    cafe = openSmallCafe({ viewsFolder: folder })
    hashed = cafe.web.assetUrl('/assets/cafe.css')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('has a name with the hash of its content, which browsers may keep for a year', async () => {
    expect(hashed).toMatch(/^\/assets\/cafe\.[0-9a-f]{8}\.css$/)
    const page = await request(cafe.app).get(hashed)
    expect(page.text).toBe(css)
    expect(page.headers['content-type']).toBe('text/css; charset=utf-8')
    expect(page.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test('is kept only shortly under its plain name', async () => {
    const page = await request(cafe.app).get('/assets/images/cup.svg')
    expect(page.status).toBe(200)
    expect(page.type).toBe('image/svg+xml')
    expect(page.headers['cache-control']).toBe('public, max-age=600')
  })

  test('is sent compressed to browsers that can read it', async () => {
    const identity = await fetchRaw(cafe, hashed, 'identity')
    expect(identity.body.toString()).toBe(css)
    const brotli = await fetchRaw(cafe, hashed, 'gzip, br')
    expect(brotli.encoding).toBe('br')
    expect(brotliDecompressSync(brotli.body).toString()).toBe(css)
    const gzip = await fetchRaw(cafe, hashed, 'gzip')
    expect(gunzipSync(gzip.body).toString()).toBe(css)
    expect(gzip.body.length).toBeLessThan(css.length / 5)
  })

  test('is not sent again when the browser has it', async () => {
    const { headers } = await request(cafe.app).get(hashed)
    const again = await request(cafe.app).get(hashed).set('If-None-Match', headers['etag']!)
    expect([again.status, again.text]).toEqual([304, ''])
  })

  test('with another hash, or outside the folder, is not found', async () => {
    const paths = [
      '/assets/cafe.00000000.css',
      '/assets/',
      '/assets/images',
      '/assets/../error.ejs',
      '/assets/%2e%2e/x',
    ]
    for (const path of paths) expect((await request(cafe.app).get(path)).status).toBe(404)
  })

  test('answers HEAD without a body and refuses POST', async () => {
    const head = await request(cafe.app).head(hashed)
    expect(head.headers['content-length']).toBe(String(css.length))
    expect((await request(cafe.app).post(hashed)).status).toBe(405)
  })
})

/** fetch() and supertest would decompress. */
async function fetchRaw({ app }: SmallCafe, path: string, accepted: string) {
  const server = createServer(app).listen(0, '127.0.0.1')
  const body = await new Promise<{ encoding: string | undefined; body: Buffer }>(
    (resolve, reject) => {
      server.once('listening', () => {
        const { port } = server.address() as { port: number }
        const headers = { 'Accept-Encoding': accepted }
        get({ host: '127.0.0.1', port, path, headers }, (res) => {
          const chunks: Buffer[] = []
          res.on('data', (chunk: Buffer) => chunks.push(chunk))
          res.on('end', () =>
            resolve({ encoding: res.headers['content-encoding'], body: Buffer.concat(chunks) }),
          )
        }).on('error', reject)
      })
    },
  )
  server.close()
  return body
}
