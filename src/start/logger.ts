// Where the structured log goes: stderr, so that stdout holds the sentences for people and nothing else.
import { destination } from 'pino'
import type { Config } from '../config.js'
import { createLogger, type Logger } from '../web/logger.js'

export interface Log {
  logger: Logger
  /** Writes what is still held back. Call it before the process ends. */
  flush(): void
}

const bufferBytes = 4096
const flushMs = 500

/** Gathered and not sync: neither a line's cost nor a slow reader (a terminal, a pipe) may hold up an order. */
export function openLog(config: Pick<Config, 'LOG_LEVEL'>): Log {
  const stream = destination({
    dest: 2,
    sync: false,
    minLength: bufferBytes,
    periodicFlush: flushMs,
  })
  return {
    logger: createLogger(config, stream),
    flush() {
      try {
        stream.flushSync()
      } catch {
        // The reader of stderr is gone or stderr was never opened: there is nobody left to tell.
      }
    },
  }
}
