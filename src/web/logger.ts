// The log: one JSON object a line. Errors are logged with stack and cause, but without the statement
// that failed, because its values are customers' names and notes.
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config.js'

export type { Logger } from 'pino'

const CAUSES_MAX = 5

export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  destination: DestinationStream = pino.destination(1),
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
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(errno === undefined ? {} : { errno }),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}
