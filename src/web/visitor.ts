// Who is visiting, without an account: one signed cookie with a random id. It is minted when something first needs it,
// so health checks and pictures set no cookie.
import { createHmac, randomFillSync } from 'node:crypto'
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
const MAX_AGE_SECONDS = 180 * 24 * 60 * 60
const ATTRIBUTES = `; Max-Age=${MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax`
const SETTING = 'cookie keys'

const parseCookies = cookieParser()

/** The newest key signs; every key verifies, so a key can be replaced without sending anybody's basket away. */
export function useCookieKeys(app: Application, keys: readonly string[]): void {
  if (keys.length === 0) throw new Error('At least one cookie key is needed')
  app.set(SETTING, keys)
}

/** The visitor's id, minted now if the request brought none that we signed. */
export function visitorId(req: Request): string {
  return knownVisitorId(req) ?? mintVisitor(req)
}

/** The visitor's id if the request brought one that we signed. */
export function knownVisitorId(req: Request): string | undefined {
  if (req.visitor !== undefined) return req.visitor
  if (req.headers.cookie === undefined) return undefined // cookie-parser would take its time to say the same
  if (req.res) parseCookies(req, req.res, () => undefined)
  const cookie = (req.cookies as Record<string, unknown>)[COOKIE]
  // signedCookie() lets a value without the mark "s:" through unverified, and JSON cookies ("j:") are objects.
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

function mintVisitor(req: Request): string {
  const id = randomId()
  req.visitor = id
  sendVisitorCookie(req, id)
  return id
}

// Asking the system for random bytes costs more than the rest of minting, so they are fetched for 256 visitors at once.
const randomBytes = Buffer.alloc(256 * ID_BYTES)
let bytesUsed = randomBytes.length

function randomId(): string {
  if (bytesUsed === randomBytes.length) {
    randomFillSync(randomBytes)
    bytesUsed = 0
  }
  bytesUsed += ID_BYTES
  return randomBytes.toString('base64url', bytesUsed - ID_BYTES, bytesUsed)
}

// The cookie as res.cookie(…, { signed: true }) would write it, in a third of the time. No other cookie is ever set.
function sendVisitorCookie(req: Request, id: string): void {
  const signature = createHmac('sha256', cookieKeys(req)[0]).update(id).digest('base64')
  const value = encodeURIComponent(`s:${id}.${signature.replace('=', '')}`)
  req.res?.setHeader('Set-Cookie', `${COOKIE}=${value}${ATTRIBUTES}${req.secure ? '; Secure' : ''}`)
}

function cookieKeys(req: Request): readonly [string, ...string[]] {
  return req.app.get(SETTING) as readonly [string, ...string[]]
}
