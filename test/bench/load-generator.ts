// The benchmark's side of the load generator, which is a process of its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadPlan, LoadResult } from './load.js'

export interface LoadGenerator {
  /** Throws if a single request fails. */
  run(plan: LoadPlan): Promise<LoadResult>
  stop(): Promise<void>
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(new URL('./load.js', import.meta.url)), { env: {} })
  return {
    async run(plan) {
      const answer = once(child, 'message') as Promise<[LoadResult | { failure: string }]>
      child.send(plan)
      const [result] = await answer
      if ('failure' in result) throw new Error(`A request failed: ${result.failure}`)
      return result
    },
    async stop() {
      const exited = once(child, 'exit')
      if (child.connected) child.disconnect()
      if (child.exitCode === null && child.signalCode === null) await exited
    },
  }
}
