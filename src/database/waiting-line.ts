// Those who wait for a connection, first come, first served, each for a limited time.
import type { PooledConnection } from './pooled-connection.js'

interface Waiter {
  resolve(connection: PooledConnection): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

export class WaitingLine {
  /** A Set keeps the order of arrival and forgets one from the middle at no cost. */
  private readonly waiters = new Set<Waiter>()

  constructor(
    private readonly patienceMs: number,
    private readonly whyNone: () => Error,
  ) {}

  get size(): number {
    return this.waiters.size
  }

  wait(): Promise<PooledConnection> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(waiter)
        reject(this.whyNone())
      }, this.patienceMs)
      const waiter: Waiter = { resolve, reject, timer }
      this.waiters.add(waiter)
    })
  }

  /** Gives it to the first in line. Only while there is one. */
  serve(connection: PooledConnection): void {
    for (const waiter of this.waiters) {
      this.leave(waiter)
      return waiter.resolve(connection)
    }
  }

  refuseAll(error: Error): void {
    for (const waiter of this.waiters) {
      this.leave(waiter)
      waiter.reject(error)
    }
  }

  private leave(waiter: Waiter): void {
    this.waiters.delete(waiter)
    clearTimeout(waiter.timer)
  }
}
