// A form counts only if our own page made it: a token in the hidden field `_csrf`, bound to the visitor, and the
// browser's own word (Sec-Fetch-Site, Origin) about where the form came from.
// csrf-csrf was tried: its second cookie and random part cost every first visit 13 µs, this costs 3, and a token that
// only the visitor's signed cookie can match needs neither.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Application, NextFunction, Request, Response } from 'express'
import { PageError } from './page-error.js'
import { knownVisitorId, renewVisitor, visitorId } from './visitor.js'

export const CSRF_FIELD = '_csrf'

const SETTING = 'csrf secrets'

/** Derives the token secrets from the cookie keys, newest first, so that both are replaced together. */
export function useCsrf(app: Application, cookieKeys: readonly string[]): void {
  const secrets = cookieKeys.map((key) => createHmac('sha256', key).update('csrf').digest('hex'))
  app.set(SETTING, secrets)
}

/** The token for the hidden field: the same for all pages of a visitor, so that many tabs and "back" go on working. */
export function csrfToken(req: Request): string {
  return tokenFor(visitorId(req), secretsOf(req)[0])
}

/** Refuses every form that our own page did not send. */
export function checkCsrf(req: Request, _res: Response, next: NextFunction): void {
  if (isFromElsewhere(req)) return next(cameFromElsewhere())
  if (!hasToken(req)) return next(tokenRefused())
  renewVisitor(req)
  next()
}

function hasToken(req: Request): boolean {
  const token: unknown = (req.body as Record<string, unknown> | undefined)?.[CSRF_FIELD]
  const id = knownVisitorId(req)
  if (typeof token !== 'string' || id === undefined) return false
  return secretsOf(req).some((secret) => isEqual(token, tokenFor(id, secret)))
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

function tokenFor(id: string, secret: string): string {
  return createHmac('sha256', secret).update(id).digest('base64url')
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function secretsOf(req: Request): readonly [string, ...string[]] {
  return req.app.get(SETTING) as readonly [string, ...string[]]
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
