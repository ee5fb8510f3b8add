// The load generator: keeps a number of connections busy, one request at a time on each, and checks every answer. It
// works on bare sockets and sends bytes made beforehand: on a machine of two cores a general HTTP client would take so
// much of the processor that it, and not the programs, would be measured.
import { randomBytes } from 'node:crypto'
import { type Answer, Connection } from './connection.js'

export interface LoadPlan {
  port: number
  connections: number
  /** The load ends when both are reached. */
  durationMs: number
  requestsMin: number
  /** Sent in turn. */
  requests: PlannedRequest[]
  expected: ExpectedAnswer
}

export interface PlannedRequest {
  /** The request as it goes over the wire. */
  text: string
  /** A new random id of 22 characters is appended to each sending; Content-Length must count it. */
  hasFreshKey: boolean
}

export interface ExpectedAnswer {
  status: number
  /** The exact length of the body, where it is known. */
  bodyBytes?: number
  /** A pattern for the Location header. */
  location?: string
}

export interface LoadResult {
  completed: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Of the load generator itself. */
  cpuSeconds: number
}

const keyBytes = 16

process.on('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})

async function run(plan: LoadPlan): Promise<LoadResult> {
  const { port, connections, durationMs, requestsMin, expected } = plan
  const requests = plan.requests.map(({ text, hasFreshKey }) => ({
    bytes: Buffer.from(text),
    hasFreshKey,
  }))
  const latenciesMs: number[] = []
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  let sent = 0

  async function keepBusy(connection: Connection): Promise<void> {
    while (performance.now() < endsAt || sent < requestsMin) {
      const request = requests[sent % requests.length]
      if (!request) throw new Error('The plan has no request')
      sent += 1
      const sentAt = performance.now()
      const answer = await connection.ask(
        request.bytes,
        request.hasFreshKey ? randomBytes(keyBytes).toString('base64url') : '',
      )
      latenciesMs.push(performance.now() - sentAt)
      check(answer, expected)
    }
  }

  try {
    await Promise.all(open.map(keepBusy))
  } finally {
    for (const connection of open) connection.close()
  }
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  latenciesMs.sort((a, b) => a - b)
  return {
    completed: latenciesMs.length,
    seconds,
    p50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)] ?? 0,
    p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0,
    cpuSeconds: (user + system) / 1_000_000,
  }
}

function check({ status, bodyBytes, location }: Answer, expected: ExpectedAnswer): void {
  const isRight =
    status === expected.status &&
    (expected.bodyBytes === undefined || bodyBytes === expected.bodyBytes) &&
    (expected.location === undefined || new RegExp(expected.location).test(location))
  if (!isRight) {
    throw new Error(
      `expected ${JSON.stringify(expected)}, got ${JSON.stringify({ status, bodyBytes, location })}`,
    )
  }
}
