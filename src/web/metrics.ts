// Numbers for Prometheus. Those of the process are collected once; those of the café belong to one app, so that tests
// can build many.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Anybody can invent a method; only these become a label. */
const METHODS = new Set(['GET', 'HEAD', 'POST'])

export interface PoolStats {
  total: number
  idle: number
  waiting: number
  limit: number
}

export interface Metrics {
  readonly contentType: string
  readonly ordersPlaced: Counter
  readonly ordersReplayed: Counter
  readonly ordersRefused: Counter<'reason'>
  readonly eventStreams: Gauge
  observeRequest(
    method: string,
    route: string | undefined,
    status: number,
    milliseconds: number,
  ): void
  print(): Promise<string>
}

let processRegistry: Registry | undefined

export function createMetrics(poolStats?: () => PoolStats): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, event streams excepted',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const timers = new Map<string, (seconds: number) => void>()
  if (poolStats !== undefined) addPoolGauge(registers, poolStats)

  return {
    contentType: registry.contentType,
    ordersPlaced: new Counter({
      name: 'cafe_orders_placed_total',
      help: 'Orders written',
      registers,
    }),
    ordersReplayed: new Counter({
      name: 'cafe_orders_replayed_total',
      help: 'Order forms sent again whose order was there already',
      registers,
    }),
    ordersRefused: new Counter({
      name: 'cafe_orders_refused_total',
      help: 'Order forms that led to no order',
      labelNames: ['reason'],
      registers,
    }),
    eventStreams: new Gauge({ name: 'cafe_event_streams', help: 'Open event streams', registers }),
    observeRequest(method, route, status, milliseconds) {
      const key = `${method} ${route} ${Math.trunc(status / 100)}`
      let observe = timers.get(key)
      if (observe === undefined) {
        const labels = {
          method: METHODS.has(method) ? method : 'other',
          route: route ?? 'none',
          status: `${Math.trunc(status / 100)}xx`,
        }
        const timer = requests.labels(labels)
        observe = (seconds) => timer.observe(seconds)
        if (METHODS.has(method)) timers.set(key, observe)
      }
      observe(milliseconds / 1000)
    },
    print: () => Registry.merge([processMetrics(), registry]).metrics(),
  }
}

function processMetrics(): Registry {
  if (processRegistry === undefined) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry })
  }
  return processRegistry
}

function addPoolGauge(registers: Registry[], poolStats: () => PoolStats): void {
  new Gauge({
    name: 'cafe_database_connections',
    help: 'Connections of the database pool, and requests that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle, waiting, limit } = poolStats()
      this.set({ state: 'open' }, total)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waiting)
      this.set({ state: 'limit' }, limit)
    },
  })
}
