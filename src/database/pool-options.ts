// What a pool may use, how long things may take, and the numbers it shows.

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

/** Shorter than the 5 s a page may take, so that the page can still say what happened. */
export const defaultPoolOptions: PoolOptions = {
  limit: 10,
  connectMs: 2000,
  acquireMs: 3000,
  statementMs: 4000,
  idleMs: 5 * 60_000,
  lifetimeMs: 30 * 60_000,
}
