// Why there was no connection in time. "Pool timeout" alone sends people to the wrong place.
import { DatabaseUnavailable } from './errors.js'
import type { PoolOptions } from './pool-options.js'
import { shorten, type PooledConnection } from './pooled-connection.js'

/** The last failure to connect when there is one; otherwise how many are busy, and with what the longest. */
export function describeShortage(
  { acquireMs, limit }: PoolOptions,
  busy: ReadonlySet<PooledConnection>,
  failure: Error | undefined,
): DatabaseUnavailable {
  const message = `No database connection within ${acquireMs} ms`
  if (failure !== undefined) {
    const reason = failure instanceof DatabaseUnavailable ? failure.reason : 'unreachable'
    return new DatabaseUnavailable(`${message}: ${failure.message}`, { cause: failure, reason })
  }
  return new DatabaseUnavailable(`${message}: ${busy.size} of ${limit} are busy${longest(busy)}`, {
    reason: 'busy',
    hint: 'Raise CAFE_POOL_SIZE, or look for what holds them',
  })
}

function longest(busy: ReadonlySet<PooledConnection>): string {
  const [first] = [...busy].sort((a, b) => a.usedSince - b.usedSince)
  if (!first) return ''
  const seconds = ((performance.now() - first.usedSince) / 1000).toFixed(1)
  return `, the longest for ${seconds} s with ${shorten(first.lastStatement)}`
}
