// Who is visiting, without an account: one signed cookie with a random id. It is minted when something first needs it,
// so health checks and pictures set no cookie.
import { randomFillSync } from 'node:crypto'
import cookieParser from 'cookie-parser'
import type { Application, Request } from 'express'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express offers no other way to extend a request
  namespace Express {
    interface Request {
      visitor?: string
    }
  }
}

const COOKIE = 'visitor'
const ID_BYTES = 16
const ID_PATTERN = /^[\w-]{22}$/
const MAX_AGE_MS = 180 * 24 * 60 * 60 * 1000
const KEYS_SETTING = 'cookie keys'

const parseCookies = cookieParser()

/** The newest key signs; every key verifies, so a key can be replaced without sending anybody's basket away. */
export function useCookieKeys(app: Application, keys: readonly string[]): void {
  if (keys.length === 0) throw new Error('At least one cookie key is needed')
  app.set(KEYS_SETTING, keys)
}

/** The visitor's id, minted now if the request brought none that we signed. */
export function visitorId(req: Request): string {
  return knownVisitorId(req) ?? mintVisitor(req)
}

/** The visitor's id if the request brought one that we signed. */
export function knownVisitorId(req: Request): string | undefined {
  if (req.visitor !== undefined) return req.visitor
  const cookie: unknown = readCookies(req)[COOKIE]
  // signedCookie() lets a value without the "s:" mark through unverified.
  if (typeof cookie !== 'string' || !cookie.startsWith('s:')) return undefined
  const keys = cookieKeys(req)
  for (const key of keys) {
    const id = cookieParser.signedCookie(cookie, key)
    if (typeof id !== 'string' || !ID_PATTERN.test(id)) continue
    req.visitor = id
    if (key !== keys[0]) sendVisitorCookie(req, id)
    return id
  }
  return undefined
}

/** Sends the cookie again, so that its 180 days start anew. */
export function renewVisitor(req: Request): void {
  const id = knownVisitorId(req)
  if (id !== undefined) sendVisitorCookie(req, id)
}

/** All cookies of the request, as text or, for "j:" values, whatever the client made of them. */
export function readCookies(req: Request): Record<string, unknown> {
  if (req.cookies === undefined) {
    parseCookies(req, req.res!, () => undefined)
    req.secret = cookieKeys(req)[0]
  }
  return req.cookies as Record<string, unknown>
}

function mintVisitor(req: Request): string {
  const id = randomId()
  req.visitor = id
  sendVisitorCookie(req, id)
  return id
}

// Asking the system for random bytes costs more than the rest of minting, so they are fetched for 256 visitors at once.
const pool = Buffer.alloc(256 * ID_BYTES)
let poolUsed = pool.length

function randomId(): string {
  if (poolUsed === pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  poolUsed += ID_BYTES
  return pool.toString('base64url', poolUsed - ID_BYTES, poolUsed)
}

function sendVisitorCookie(req: Request, id: string): void {
  req.res!.cookie(COOKIE, id, {
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure,
    maxAge: MAX_AGE_MS,
  })
}

function cookieKeys(req: Request): readonly string[] {
  return req.app.get(KEYS_SETTING) as readonly string[]
}
