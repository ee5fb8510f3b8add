// A pool of connections that asks for credentials each time it opens one, and lets go of what leads to an old writer.
// mysql2's own pool can do neither, and reports a refused password as a time-out.
import { openConnection } from './connect.js'
import type { DatabaseTarget } from './address.js'
import { DatabaseUnavailable, type UnavailableReason } from './errors.js'
import { PooledConnection, shorten } from './pooled-connection.js'

export interface PoolOptions {
  /** Connections at most. */
  limit: number
  /** To open one connection, credentials and login each. */
  connectMs: number
  /** To get a connection, waiting in line included. */
  acquireMs: number
  /** For one statement; then its connection is dropped. */
  statementMs: number
  /** An unused connection is closed after this long. */
  idleMs: number
  /** A connection is not used beyond this age, give or take a tenth, so that not all end together. */
  lifetimeMs: number
}

export interface PoolStats {
  total: number
  idle: number
  busy: number
  connecting: number
  waiting: number
  limit: number
  /** Since the start: physical connections opened, and those given up for an error, a failover, or age. */
  opened: number
  evicted: number
}

interface Waiter {
  resolve(connection: PooledConnection): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** After a connection could not be opened while others live: the wait before the next attempt. */
const retryMs = 100
/** A standing read-only server must not make every refused write close all connections. */
const flushEveryMs = 1000

export class Pool {
  private readonly idle: PooledConnection[] = []
  private readonly busy = new Set<PooledConnection>()
  /** In order of arrival: the first in is the first served. */
  private readonly waiters = new Set<Waiter>()
  private connecting = 0
  private opened = 0
  private evicted = 0
  private generation = 0
  private flushedAt = -Infinity
  private retry: NodeJS.Timeout | undefined
  private readonly sweeper: NodeJS.Timeout
  private lastFailure: Error | undefined
  private closed: Promise<void> | undefined
  private drained: (() => void) | undefined

  constructor(
    private readonly target: DatabaseTarget,
    private readonly options: PoolOptions,
  ) {
    this.sweeper = setInterval(
      () => this.sweep(),
      Math.max(10, Math.min(options.idleMs, 10_000) / 2),
    ).unref()
  }

  stats(): PoolStats {
    const { idle, busy, connecting, waiters, opened, evicted } = this
    const counts = {
      idle: idle.length,
      busy: busy.size,
      connecting,
      waiting: waiters.size,
      opened,
      evicted,
    }
    return { total: idle.length + busy.size + connecting, limit: this.options.limit, ...counts }
  }

  /** An idle connection at once, the one used last, or undefined: saves a promise where there is one. */
  take(): PooledConnection | undefined {
    const connection = this.idle.pop()
    if (connection) this.markBusy(connection)
    return connection
  }

  /** Give it back with `release`. Throws DatabaseUnavailable that names the cause: refused, silent, denied, exhausted. */
  acquire(): Promise<PooledConnection> {
    if (this.closed)
      return Promise.reject(
        new DatabaseUnavailable('The database pool is closed', { reason: 'closed' }),
      )
    const idle = this.take()
    if (idle) return Promise.resolve(idle)
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve,
        reject,
        timer: setTimeout(() => this.giveUp(waiter), this.options.acquireMs),
      }
      this.waiters.add(waiter)
      this.openForWaiters()
    })
  }

  release(connection: PooledConnection): void {
    if (!this.busy.delete(connection)) return
    if (connection.generation < this.generation) connection.doomed ??= 'the pool was flushed'
    if (this.closed) connection.doomed ??= 'the pool is closed'
    if (connection.doomed !== undefined) this.evict(connection)
    else this.handOver(connection)
    if (this.busy.size === 0) this.drained?.()
  }

  /** Lets idle connections go now and busy ones when they come back. For a failover, or credentials taken away. */
  flush(reason: string): void {
    this.flushedAt = performance.now()
    this.generation += 1
    for (const connection of this.idle.splice(0)) this.drop(connection, reason)
  }

  /** Takes no more work, waits up to `graceMs` for busy connections, then drops them. May be called twice. */
  close(graceMs = 5000): Promise<void> {
    this.closed ??= this.shutDown(graceMs)
    return this.closed
  }

  private async shutDown(graceMs: number): Promise<void> {
    clearInterval(this.sweeper)
    clearTimeout(this.retry)
    for (const waiter of this.waiters)
      this.settle(
        waiter,
        new DatabaseUnavailable('The database pool was closed', { reason: 'closed' }),
      )
    for (const connection of this.idle.splice(0)) connection.raw.end()
    if (this.busy.size === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.drained = resolve
      timer = setTimeout(resolve, graceMs)
    })
    clearTimeout(timer)
    for (const connection of this.busy) connection.destroy('the pool was closed')
  }

  private openForWaiters(): void {
    const free = this.options.limit - this.idle.length - this.busy.size - this.connecting
    const wanted = this.waiters.size - this.connecting
    for (let count = Math.min(free, wanted); count > 0; count -= 1) void this.open()
  }

  private async open(): Promise<void> {
    this.connecting += 1
    const { generation } = this
    try {
      const raw = await openConnection(this.target, this.options.connectMs)
      this.connecting -= 1
      this.opened += 1
      const connection = new PooledConnection(raw, generation, this.options.statementMs, () =>
        this.onReadOnly(),
      )
      raw.on('error', (error) => this.onLost(connection, error.message))
      raw.on('end', () => this.onLost(connection, 'the server closed the connection'))
      if (this.closed) raw.end()
      else if (generation < this.generation) this.evict(connection)
      else this.handOver(connection)
    } catch (error) {
      this.connecting -= 1
      this.onFailedOpen(error as Error)
    }
  }

  /** While another connection lives or is on its way, those in line may still be served; otherwise they hear why not. */
  private onFailedOpen(error: Error): void {
    this.lastFailure = error
    if (this.waiters.size === 0 || this.connecting > 0) return
    if (this.busy.size === 0) {
      for (const waiter of this.waiters) this.settle(waiter, error)
      return
    }
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.openForWaiters(), retryMs)
  }

  private handOver(connection: PooledConnection): void {
    const [waiter] = this.waiters
    if (waiter === undefined) {
      connection.idleSince = performance.now()
      this.idle.push(connection)
      return
    }
    this.markBusy(connection)
    this.lastFailure = undefined
    this.settle(waiter, connection)
  }

  private markBusy(connection: PooledConnection): void {
    connection.usedSince = performance.now()
    this.busy.add(connection)
  }

  private settle(waiter: Waiter, outcome: PooledConnection | Error): void {
    if (!this.waiters.delete(waiter)) return
    clearTimeout(waiter.timer)
    if (outcome instanceof PooledConnection) waiter.resolve(outcome)
    else waiter.reject(outcome)
  }

  private giveUp(waiter: Waiter): void {
    const { acquireMs, limit } = this.options
    if (this.lastFailure !== undefined) {
      const message = `No database connection within ${acquireMs} ms: ${this.lastFailure.message}`
      return this.settle(
        waiter,
        new DatabaseUnavailable(message, {
          cause: this.lastFailure,
          reason: reasonOf(this.lastFailure),
        }),
      )
    }
    const message = `No database connection within ${acquireMs} ms: ${this.busy.size} of ${limit} are busy${this.longest()}`
    this.settle(
      waiter,
      new DatabaseUnavailable(message, {
        reason: 'busy',
        hint: 'Raise CAFE_POOL_SIZE, or look for what holds them',
      }),
    )
  }

  private longest(): string {
    let longest: PooledConnection | undefined
    for (const each of this.busy) if (!longest || each.usedSince < longest.usedSince) longest = each
    if (!longest) return ''
    const seconds = ((performance.now() - longest.usedSince) / 1000).toFixed(1)
    return `, the longest for ${seconds} s with ${shorten(longest.lastStatement)}`
  }

  /** Every connection leads to where this one led. The next acquire dials again, and the name may mean the new writer. */
  private onReadOnly(): void {
    if (performance.now() - this.flushedAt >= flushEveryMs)
      this.flush('the server became read-only')
  }

  private onLost(connection: PooledConnection, reason: string): void {
    connection.doomed ??= reason
    const index = this.idle.indexOf(connection)
    if (index < 0) return
    this.idle.splice(index, 1)
    this.drop(connection, reason)
  }

  private evict(connection: PooledConnection): void {
    this.drop(connection, connection.doomed ?? 'released')
    if (!this.closed) this.openForWaiters()
  }

  private drop(connection: PooledConnection, reason: string): void {
    this.evicted += 1
    connection.destroy(reason)
  }

  private sweep(): void {
    const now = performance.now()
    for (const connection of this.idle.slice()) {
      const isOld = now - connection.openedAt > this.options.lifetimeMs * connection.lifetimeFactor
      const isUnused = now - connection.idleSince > this.options.idleMs
      if (!isOld && !isUnused) continue
      this.idle.splice(this.idle.indexOf(connection), 1)
      this.evicted += 1
      connection.doomed = 'its time was over'
      connection.raw.end()
    }
  }
}

function reasonOf(error: Error): UnavailableReason {
  return error instanceof DatabaseUnavailable ? error.reason : 'unreachable'
}
