// A form counts only if our own page made it: a token in the hidden field `_csrf`, bound to the visitor, and the
// browser's own word (Sec-Fetch-Site, Origin) about where the form came from.
import { createHmac } from 'node:crypto'
import { doubleCsrf } from 'csrf-csrf'
import type { Application, NextFunction, Request, Response } from 'express'
import { PageError } from './page-error.js'
import { knownVisitorId, readCookies, renewVisitor, visitorId } from './visitor.js'

export const CSRF_FIELD = '_csrf'

const COOKIE = 'csrf'
const SETTING = 'csrf'
// As long as the visitor cookie: a tab restored after a restart of the browser must still be able to order.
const MAX_AGE_MS = 180 * 24 * 60 * 60 * 1000

type Csrf = ReturnType<typeof doubleCsrf>

/** Derives the token secrets from the cookie keys, newest first, so that both are rotated together. */
export function useCsrf(app: Application, cookieKeys: readonly string[]): void {
  const secrets = cookieKeys.map((key) => createHmac('sha256', key).update('csrf').digest('hex'))
  const csrf = doubleCsrf({
    getSecret: () => secrets,
    getSessionIdentifier: visitorId,
    cookieName: COOKIE,
    cookieOptions: { sameSite: 'lax', httpOnly: true, secure: false, maxAge: MAX_AGE_MS },
    getCsrfTokenFromRequest: (req) => {
      const token: unknown = (req.body as Record<string, unknown> | undefined)?.[CSRF_FIELD]
      return typeof token === 'string' ? token : undefined
    },
  })
  app.set(SETTING, csrf)
}

/** The token for the hidden field, made once per visitor and sent with its cookie. */
export function csrfToken(req: Request, res: Response): string {
  dropOddCookie(req)
  const { generateCsrfToken } = req.app.get(SETTING) as Csrf
  return generateCsrfToken(req, res, { cookieOptions: req.secure ? { secure: true } : {} })
}

/** Refuses every POST that our own page did not send. */
export function checkCsrf(req: Request, _res: Response, next: NextFunction): void {
  if (isFromElsewhere(req)) return next(cameFromElsewhere())
  dropOddCookie(req)
  const { validateRequest } = req.app.get(SETTING) as Csrf
  if (knownVisitorId(req) === undefined || !validateRequest(req)) return next(tokenRefused())
  renewVisitor(req)
  next()
}

// Browsers name the source themselves. Sec-Fetch-Site comes only over TLS or on localhost; elsewhere Origin has to do.
// Our Referrer-Policy lets browsers send Origin with our own forms, so "null" is never one of them.
function isFromElsewhere(req: Request): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = req.get('origin')
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== req.host
}

// cookie-parser turns a value like j:{} into an object, which csrf-csrf would stumble over.
function dropOddCookie(req: Request): void {
  const cookies = readCookies(req)
  if (COOKIE in cookies && typeof cookies[COOKIE] !== 'string') delete cookies[COOKIE]
}

function tokenRefused(): PageError {
  return new PageError('forbidden', 'The form could not be accepted, so nothing was done.', {
    hint: 'The page was open for too long, or cookies are turned off. Go back, reload the page and try again.',
  })
}

function cameFromElsewhere(): PageError {
  return new PageError('forbidden', 'The form came from another site, so nothing was done.', {
    hint: 'Open the café’s own page and send the form from there.',
  })
}
