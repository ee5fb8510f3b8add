// How the process ends: told once, everything that was started is stopped in the opposite order; told twice, at once.
import type { Log } from './logger.js'
import { say } from './say.js'

/** One Ctrl-C arrives twice: the terminal tells every process of its group, and npm, being one, passes it on. */
const echoMs = 500

interface Step {
  name: string
  stop: () => Promise<void> | void
}

export class Shutdown {
  private readonly steps: Step[] = []
  private readonly controller = new AbortController()
  private ending: Promise<never> | undefined
  private isUp = false
  private toldAt = 0
  log: Log | undefined

  /** Aborted when the process has been told to stop. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Begins to answer signals and errors that nobody caught. */
  watch(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(name, () => this.onSignal(name))
    process.on('uncaughtException', (error) => {
      this.log?.logger.fatal({ err: error }, 'a bug: nobody caught this')
      if (!this.log) process.stderr.write(`${error.stack ?? error.message}\n`)
      void this.end(1)
    })
    // The terminal is gone: there is nobody to read, and that is no reason to fail.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  }

  /** What was just started. Throws when the process was told to stop meanwhile: then the start goes no further. */
  remember(name: string, stop: Step['stop']): void {
    this.steps.unshift({ name, stop })
    this.signal.throwIfAborted()
  }

  /** From now on a signal ends the process by itself; before, the start ends at its next step. */
  up(): void {
    this.isUp = true
    if (this.signal.aborted) void this.end(0)
  }

  /** Stops what was started, the last first, and ends the process. A step that fails does not keep the others from it. */
  end(exitCode: number): Promise<never> {
    this.ending ??= this.stopAll(exitCode)
    return this.ending
  }

  private onSignal(name: NodeJS.Signals): void {
    if (this.signal.aborted) {
      if (performance.now() - this.toldAt < echoMs) return
      say('Stopping at once.')
      void this.leave(130)
      return
    }
    this.toldAt = performance.now()
    this.controller.abort()
    this.log?.logger.info({ signal: name }, 'stopping')
    say('\nStopping: requests finish first, then the database. Again for at once.')
    if (this.isUp) void this.end(0)
  }

  private async stopAll(exitCode: number): Promise<never> {
    this.controller.abort()
    for (const { name, stop } of this.steps) {
      try {
        await stop()
      } catch (error) {
        this.log?.logger.error({ err: error, step: name }, 'could not be stopped in order')
      }
    }
    this.log?.logger.info('stopped')
    return this.leave(exitCode)
  }

  private async leave(exitCode: number): Promise<never> {
    await this.log?.flush()
    process.exit(exitCode)
  }
}
