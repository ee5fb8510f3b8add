// Where the structured log goes: stderr, for whatever collects logs; or a file, when stderr is a terminal that a person
// reads. stdout holds the sentences for people and nothing else.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { destination } from 'pino'
import type { Config } from '../config.js'
import { createLogger, type Logger } from '../web/logger.js'

export interface Log {
  logger: Logger
  /** The file that it goes to, unless it goes to stderr. */
  file?: string
  /** Writes what is still held back. Wait for it before the process ends. */
  flush(): Promise<void>
}

/** A hundred lines or so: each write wakes a thread of Node's pool, which costs more than the lines. */
const bufferBytes = 12 * 1024
const flushMs = 500

/** Gathered and not sync: neither a line's cost nor a slow reader (a terminal, a pipe) may hold up an order. */
export function openLog(config: Pick<Config, 'LOG_LEVEL' | 'CAFE_DATA_DIR'>): Log {
  const file = process.stderr.isTTY ? join(config.CAFE_DATA_DIR, 'cafe.log') : undefined
  const stream = destination({
    dest: file ?? 2,
    mkdir: true,
    sync: false,
    minLength: bufferBytes,
    periodicFlush: flushMs,
  })
  // A full disk must not close the café: it goes on selling without a log.
  stream.on('error', () => undefined)
  return {
    logger: createLogger(config, stream),
    ...(file !== undefined && { file }),
    // Not flushSync(): with its reader gone (`npm start 2>&1 | head`) it tries again for ever.
    async flush() {
      const written = new Promise<void>((resolve) => {
        stream.flush(() => {
          resolve()
        })
      })
      await Promise.race([written, delay(flushMs)])
    },
  }
}
