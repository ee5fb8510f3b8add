// A pool of connections that asks for credentials each time it opens one, and lets go of what leads to an old writer.
// mysql2's own pool can do neither, and reports a refused password as a time-out.
import { openConnection } from './connect.js'
import type { DatabaseTarget } from './address.js'
import { DatabaseUnavailable } from './errors.js'
import { PooledConnection } from './pooled-connection.js'
import type { PoolOptions, PoolStats } from './pool-options.js'
import { describeShortage } from './shortage.js'
import { WaitingLine } from './waiting-line.js'

/** After a connection could not be opened while others live: the wait before the next attempt. */
const retryMs = 100
/** A standing read-only server must not make every refused write close all connections. */
const flushEveryMs = 1000

export class Pool {
  private readonly idle: PooledConnection[] = []
  private readonly busy = new Set<PooledConnection>()
  private readonly line: WaitingLine
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
    this.line = new WaitingLine(options.acquireMs, () =>
      describeShortage(options, this.busy, this.lastFailure),
    )
    this.sweeper = setInterval(
      () => this.sweep(),
      Math.max(10, Math.min(options.idleMs, 10_000) / 2),
    ).unref()
  }

  stats(): PoolStats {
    const { idle, busy, connecting, line, opened, evicted } = this
    const total = idle.length + busy.size + connecting
    const counts = { idle: idle.length, busy: busy.size, connecting, waiting: line.size }
    return { total, ...counts, limit: this.options.limit, opened, evicted }
  }

  /** An idle connection at once, the one used last, or undefined: saves a promise where there is one. */
  take(): PooledConnection | undefined {
    const connection = this.idle.pop()
    if (connection) this.markBusy(connection)
    return connection
  }

  /** Give it back with `release`. Throws DatabaseUnavailable that names the cause: refused, silent, denied, exhausted. */
  acquire(): Promise<PooledConnection> {
    if (this.closed) return Promise.reject(poolClosed())
    const idle = this.take()
    if (idle) return Promise.resolve(idle)
    const turn = this.line.wait()
    this.openForWaiters()
    return turn
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
    this.line.refuseAll(poolClosed())
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
    const wanted = this.line.size - this.connecting
    for (let count = Math.min(free, wanted); count > 0; count -= 1) void this.open()
  }

  private async open(): Promise<void> {
    this.connecting += 1
    const { generation } = this
    try {
      const raw = await openConnection(this.target, this.options.connectMs)
      this.connecting -= 1
      this.opened += 1
      this.lastFailure = undefined
      const { statementMs } = this.options
      const onReadOnly = () => this.onReadOnly()
      const connection = new PooledConnection(raw, generation, statementMs, onReadOnly)
      raw.on('error', (error: Error) => this.onLost(connection, error.message))
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
    if (this.line.size === 0 || this.connecting > 0) return
    if (this.busy.size === 0) return this.line.refuseAll(error)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.openForWaiters(), retryMs)
  }

  private handOver(connection: PooledConnection): void {
    if (this.line.size === 0) {
      connection.idleSince = performance.now()
      this.idle.push(connection)
      return
    }
    this.markBusy(connection)
    this.line.serve(connection)
  }

  private markBusy(connection: PooledConnection): void {
    connection.usedSince = performance.now()
    this.busy.add(connection)
  }

  /** Every connection leads to where this one led. The next acquire dials again, and the name may mean the new writer. */
  private onReadOnly(): void {
    if (performance.now() - this.flushedAt < flushEveryMs) return
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

function poolClosed(): DatabaseUnavailable {
  return new DatabaseUnavailable('The database pool is closed', { reason: 'closed' })
}
