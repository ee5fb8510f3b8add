// The log: one JSON object a line on standard output. Errors are logged with stack and cause, but without the statement
// that failed, because its values are customers' names and notes.
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config.js'

export type { Logger } from 'pino'

const BUFFER_BYTES = 4096
const FLUSH_MS = 500
const CAUSES_MAX = 5

/** Lines are gathered for up to half a second, so that logging costs a request next to nothing. Flushed at exit. */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  destination: DestinationStream = bufferedOutput(),
): Logger {
  return pino(
    { level: config.LOG_LEVEL, base: null, serializers: { err: describeError } },
    destination,
  )
}

function bufferedOutput(): DestinationStream {
  return pino.destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_MS,
  })
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
