// An expected error that knows more about its page than the code says: an exact status, or a better way on.
import { ExpectedError, type ErrorCode } from '../errors.js'

interface PageErrorDetails {
  hint?: string
  cause?: unknown
  /** HTTP status, where the table in error-page.ts is too coarse (405, 415, 429 …). */
  status?: number
  link?: { href: string; text: string }
}

export class PageError extends ExpectedError {
  declare readonly details: PageErrorDetails

  constructor(code: ErrorCode, message: string, details: PageErrorDetails = {}) {
    super(code, message, details)
  }
}
