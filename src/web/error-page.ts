// Where every error of a request ends: expected ones say what happened and what to do; anything else is a bug, logged
// whole and shown as nothing.
import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express'
import { DatabaseUnavailable, isDatabaseUnavailable, isDeadlock } from '../database/errors.js'
import { ExpectedError, type ErrorCode } from '../errors.js'
import { CSRF_FIELD } from './csrf.js'
import type { Fields } from './form-body.js'
import type { Logger } from './logger.js'
import { PageError } from './page-error.js'

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unavailable: 503,
  refused: 409,
  mismatch: 500,
}

const TITLES: Record<number, string> = {
  403: 'That form was not accepted',
  404: 'There is nothing here',
  408: 'That took too long',
  409: 'Something changed',
  413: 'That is too much',
  414: 'That is too much',
  429: 'One moment, please',
  500: 'Something went wrong on our side',
  503: 'We cannot do this right now',
}
const OTHER_TITLE = 'That did not work'

const RETRY_AFTER_SECONDS = '5'

/** The locals of views/error.ejs. */
export interface ErrorPage {
  title: string
  status: number
  message: string
  hint: string | null
  link: { href: string; text: string }
  /** A form that sends the same again, for example an order with its key. */
  retry: { action: string; fields: [name: string, value: string][] } | null
  requestId: string
}

/** Logs the error as far as it deserves and answers with a page about it; `afterwards` runs when that is sent. */
export function errorShower(logger: Logger) {
  return function showError(
    error: unknown,
    req: Request,
    res: Response,
    afterwards?: () => void,
  ): void {
    const page = describe(error, req)
    if (page.status >= 500) logFailure(logger, error, req.id)
    if (res.writableEnded) return
    if (res.headersSent) return void res.destroy()
    sendPage(page, res, logger, afterwards)
  }
}

export function errorPage(showError: ReturnType<typeof errorShower>): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function answerError(error: unknown, req: Request, res: Response, _next: NextFunction) {
    showError(error, req, res)
  }
}

function describe(error: unknown, req: Request): ErrorPage {
  const words = wordsFor(error)
  return {
    title: TITLES[words.status] ?? OTHER_TITLE,
    hint: null,
    link: { href: '/', text: 'Back to the menu' },
    retry: words.status === 503 ? sameAgain(req) : null,
    requestId: req.id,
    ...words,
  }
}

function wordsFor(error: unknown): Pick<ErrorPage, 'status' | 'message'> & Partial<ErrorPage> {
  if (error instanceof ExpectedError && !(error instanceof DatabaseUnavailable)) {
    const { status = STATUS[error.code], link } = error instanceof PageError ? error.details : {}
    return {
      status,
      message: error.message,
      hint: error.details.hint ?? null,
      ...(link && { link }),
    }
  }
  // The message of DatabaseUnavailable names hosts and causes: it is for the log. A deadlock is over when it is told.
  if (isDatabaseUnavailable(error) || isDeadlock(error)) {
    return {
      status: 503,
      message: 'We cannot reach our order book right now.',
      hint: 'Try again in a moment.',
    }
  }
  const status = clientErrorStatus(error)
  if (status !== undefined) {
    const reason = STATUS_CODES[status]?.toLowerCase() ?? 'bad request'
    return { status, message: `What was sent could not be read (${reason}).` }
  }
  return {
    status: 500,
    message: 'This is our mistake, not yours, and it has been noted.',
    hint: 'Try again in a moment. If it happens again, show us the number below.',
  }
}

// Express and body-parser mark what the client did wrong with a status. Their messages are not shown.
function clientErrorStatus(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

// Only a form that passed the CSRF check has been read this far.
function sameAgain(req: Request): ErrorPage['retry'] {
  if (req.method !== 'POST' || req.body === undefined) return null
  const fields = Object.entries(req.body as Fields)
    .filter(([name]) => name !== CSRF_FIELD)
    .flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]))
  return { action: req.originalUrl, fields }
}

function logFailure(logger: Logger, error: unknown, id: string): void {
  const isExpected = error instanceof ExpectedError || isDatabaseUnavailable(error)
  if (isExpected) logger.warn({ id, err: error }, 'request could not be served')
  else logger.error({ id, err: error }, 'request failed unexpectedly')
}

function sendPage(page: ErrorPage, res: Response, logger: Logger, afterwards?: () => void): void {
  res.status(page.status)
  res.setHeader('Cache-Control', 'no-store')
  res.removeHeader('ETag')
  if (page.status === 413 || page.status === 415) res.setHeader('Connection', 'close') // leaves the rest unread
  if (page.status === 503) res.setHeader('Retry-After', RETRY_AFTER_SECONDS)
  res.render('error', page, (problem: Error | null, html?: string) => {
    if (res.headersSent) return // a slow handler was faster than this page
    if (problem) sendText(problem)
    else res.type('html').send(html)
    afterwards?.()
  })

  function sendText(problem: Error): void {
    logger.error({ id: page.requestId, err: problem }, 'error page could not be rendered')
    const lines = [page.title, page.message, page.hint, `Request ${page.requestId}`]
    res.type('text').send(`${lines.filter(Boolean).join('\n\n')}\n`)
  }
}
