// The log: one JSON object a line. Errors are logged with stack and cause, but without the statement
// that failed, because its values are customers' names and notes.
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config.js'

export type { Logger } from 'pino'

const CAUSES_MAX = 5

export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  destination: DestinationStream,
): Logger {
  return pino(
    { level: config.LOG_LEVEL, base: null, serializers: { err: describeError } },
    destination,
  )
}

interface ErrorDescription {
  type: string
  message: string
  stack?: string
  code?: unknown
  errno?: unknown
  cause?: ErrorDescription
}

function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { code, errno } = error as Error & { code?: unknown; errno?: unknown }
  return {
    type: error.name,
    message: withoutValues(error.message, errno),
    stack: error.stack && withoutValues(error.stack, errno),
    ...(code === undefined ? {} : { code }),
    ...(errno === undefined ? {} : { errno }),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}

/** What MySQL quotes first in these messages is what somebody typed: a duplicate or an unreadable value. */
const quotingErrors = new Set<unknown>([1062, 1292, 1366])

function withoutValues(text: string, errno: unknown): string {
  return quotingErrors.has(errno) ? text.replace(/'(?:[^'\\]|\\.)*'/, "'…'") : text
}
