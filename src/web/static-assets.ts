// The files under views/assets, read and compressed once at start, and served from memory. Pages link to names that
// carry a hash of the content, which browsers may keep for a year; the plain names are for files that link to files.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { PageError } from './page-error.js'

export const ASSETS_PREFIX = '/assets/'
const HASH_LENGTH = 8
const FOREVER = 'public, max-age=31536000, immutable'
const SHORT = 'public, max-age=600'

// Below this, a compressed answer is no shorter on the wire.
const COMPRESS_BYTES_MIN = 256
const BROTLI_QUALITY = 9 // 11 takes ten times longer at start for 3% less

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
const TEXT = new Set(['.css', '.js', '.svg', '.txt', '.webmanifest'])

interface Asset {
  type: string
  etag: string
  cacheControl: string
  bodies: { identity: Buffer; br?: Buffer; gzip?: Buffer }
}

export interface Assets {
  /** '/assets/cafe.css' becomes '/assets/cafe.3f2a91c0.css'; an unknown path stays as it is. */
  assetUrl: (path: string) => string
  serve: RequestHandler
}

export function loadAssets(folder: string): Assets {
  const assets = new Map<string, Asset>()
  const urls = new Map<string, string>()
  for (const file of listFiles(folder)) {
    const path = ASSETS_PREFIX + relative(folder, file).split(sep).join(posix.sep)
    const { asset, hash } = loadAsset(file)
    const url = `${path.slice(0, -extname(path).length)}.${hash}${extname(path)}`
    urls.set(path, url)
    assets.set(path, { ...asset, cacheControl: SHORT })
    assets.set(url, { ...asset, cacheControl: FOREVER })
  }

  return {
    assetUrl: (path) => urls.get(path) ?? path,
    serve: function serveAsset(req: Request, res: Response, next: NextFunction) {
      req.route = { path: `${ASSETS_PREFIX}*` }
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('Allow', 'GET, HEAD')
        return next(new PageError('invalid', 'This address is only for reading.', { status: 405 }))
      }
      const asset = assets.get(req.path)
      if (asset === undefined) return next(noSuchFile())
      sendAsset(asset, req, res)
    },
  }
}

function sendAsset(asset: Asset, req: Request, res: Response): void {
  const { bodies, etag, type, cacheControl } = asset
  res.setHeader('Cache-Control', cacheControl)
  res.setHeader('ETag', etag)
  if (bodies.br) res.setHeader('Vary', 'Accept-Encoding')
  if (req.fresh) return void res.status(304).end()
  const encoding = (['br', 'gzip'] as const).find((one) => bodies[one] && req.acceptsEncodings(one))
  const body = (encoding && bodies[encoding]) ?? bodies.identity
  res.setHeader('Content-Type', type)
  res.setHeader('Content-Length', body.length)
  if (encoding) res.setHeader('Content-Encoding', encoding)
  res.end(req.method === 'HEAD' ? undefined : body)
}

function loadAsset(file: string): { asset: Omit<Asset, 'cacheControl'>; hash: string } {
  const identity = readFileSync(file)
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, HASH_LENGTH)
  const type = TYPES[extname(file)] ?? 'application/octet-stream'
  // Weak, because the compressed bodies share it.
  const asset = { type, etag: `W/"${hash}"`, bodies: { identity, ...compressed(file, identity) } }
  return { asset, hash }
}

function compressed(file: string, identity: Buffer): Pick<Asset['bodies'], 'br' | 'gzip'> {
  if (!TEXT.has(extname(file)) || identity.length < COMPRESS_BYTES_MIN) return {}
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
  }
  return {
    br: brotliCompressSync(identity, { params }),
    gzip: gzipSync(identity, { level: constants.Z_BEST_COMPRESSION }),
  }
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function noSuchFile(): PageError {
  return new PageError('not-found', 'There is no such file.', {
    hint: 'If a page looks odd, reload it.',
  })
}
