// The outcomes we foresee, in one class. One table maps the code to an HTTP status (web/error-page.ts), another to an
// exit code (scripts/command.ts). Whatever is thrown and is not this is a bug: it is logged whole and shown as nothing.

/** What went wrong, in the words of the person it happens to. */
export type ErrorCode =
  | 'invalid' // what was sent cannot be read or makes no sense
  | 'forbidden' // it is not yours to do
  | 'not-found'
  | 'conflict' // it made sense when you looked; it does not any more
  | 'too-large'
  | 'unavailable' // the database (or another part) is away; try again
  | 'refused' // a guard says no
  | 'mismatch' // two things that must be equal are not

/** An outcome we foresaw. Its message is safe to show: no secret, no row, no address with a password. */
export class ExpectedError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.name = new.target.name
  }
}
