// Compresses pages for browsers that can read it. Assets come compressed already; event streams say no-transform.
import { constants } from 'node:zlib'
import compression from 'compression'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

// Pages are made for one visitor and sent once: a little smaller is not worth much work.
const GZIP_LEVEL = 1
const BROTLI_QUALITY = 1
const BROTLI_WINDOW_BITS = 16
const COMPRESSIBLE = /\b(?:gzip|br)\b/

export function compressPages(): RequestHandler {
  const compress = compression({
    level: GZIP_LEVEL,
    brotli: {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      },
    },
  })

  return function compressPage(req: Request, res: Response, next: NextFunction) {
    const accepted = req.headers['accept-encoding']
    if (accepted !== undefined && COMPRESSIBLE.test(accepted)) return compress(req, res, next)
    res.setHeader('Vary', 'Accept-Encoding')
    next()
  }
}
