// Reads the body of a POST: form fields only, small, few, and readable. express.urlencoded() would accept bytes that are
// not UTF-8 and turn them into question marks, so the bytes are checked before they are taken apart.
import { isUtf8 } from 'node:buffer'
import { parse } from 'node:querystring'
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { isWellEncoded } from './address-check.js'
import { PageError } from './page-error.js'

const BODY_BYTES_MAX = 32 * 1024
const FIELDS_MAX = 200

const FORM = 'application/x-www-form-urlencoded'

/** What a form brought: one text per field, or several where a field was sent more than once. */
export type Fields = Record<string, string | string[]>

/** Fills req.body of every POST with its fields. */
export function formBody(): RequestHandler {
  const readBytes = express.raw({ type: FORM, limit: BODY_BYTES_MAX, inflate: false })

  return function readFormBody(req: Request, res: Response, next: NextFunction) {
    if (hasBody(req) && !isForm(req)) return next(notAForm())
    readBytes(req, res, (error?: unknown) => {
      if (error !== undefined) return next(error)
      const body: unknown = req.body
      try {
        req.body = Buffer.isBuffer(body) ? parseFields(body) : {}
      } catch (problem) {
        return next(problem)
      }
      next()
    })
  }
}

function parseFields(bytes: Buffer): Fields {
  const text = bytes.toString('latin1')
  if (!isUtf8(bytes) || text.includes('\0') || !isWellEncoded(text)) {
    throw new PageError('invalid', 'The form contains characters that cannot be read.', {
      hint: 'Type the text again and send the form once more.',
    })
  }
  if (text.split('&', FIELDS_MAX + 1).length > FIELDS_MAX) {
    throw new PageError('too-large', `The form has more than ${FIELDS_MAX} fields.`)
  }
  return parse(bytes.toString('utf8'), '&', '=', { maxKeys: 0 }) as Fields
}

function hasBody(req: Request): boolean {
  return (
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  )
}

function isForm(req: Request): boolean {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='))
  return type.trim() === FORM && (charset === undefined || /^charset="?utf-8"?$/.test(charset))
}

function notAForm(): PageError {
  return new PageError('invalid', 'Only forms can be sent to this page.', {
    status: 415,
    hint: `Send the fields as ${FORM} in UTF-8.`,
  })
}
