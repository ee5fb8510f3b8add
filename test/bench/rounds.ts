// Alternating rounds of load, and their medians. What a shared machine does to one program in a round, it most likely
// does to the other in the same round; the order is turned round each time, so that neither always follows the other.
import type { LoadGenerator } from './load-generator.js'
import type { LoadPlan } from './load.js'
import type { Program } from './program.js'
import { tell } from './tell.js'

export interface Entrant {
  name: string
  program: Program
  plan: LoadPlan
}

export interface Outcome {
  /** Medians of the rounds. */
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Microseconds of processor time of the measured process per request. */
  cpuUs: number
  /** The load generator's. */
  loadCpuUs: number
  /** Over all rounds, the warm-up included. */
  completed: number
}

interface Round {
  perSecond: number
  p50Ms: number
  p99Ms: number
  cpuUs: number
  loadCpuUs: number
  completed: number
}

export const roundsCount = 15

/** Runs every entrant once to warm it up, then all of them by turns. Throws if a single request fails. */
export async function runRounds<Name extends string>(
  load: LoadGenerator,
  entrants: readonly (Entrant & { name: Name })[],
): Promise<Record<Name, Outcome>> {
  const warmUps = new Map<string, Round>()
  const rounds = new Map<string, Round[]>(entrants.map(({ name }) => [name, []]))
  for (const entrant of entrants) warmUps.set(entrant.name, await runOnce(load, entrant))
  for (let round = 1; round <= roundsCount; round += 1) {
    const inTurn = round % 2 === 1 ? entrants : [...entrants].reverse()
    for (const entrant of inTurn) {
      const result = await runOnce(load, entrant)
      rounds.get(entrant.name)?.push(result)
      const { perSecond, cpuUs, p99Ms } = result
      const figures = `${perSecond.toFixed(0)}/s, ${cpuUs.toFixed(0)} µs CPU, p99 ${p99Ms.toFixed(1)} ms`
      tell(`round ${round} of ${roundsCount}  ${entrant.name.padEnd(10)} ${figures}`)
    }
  }
  const outcomes = entrants.map(({ name }) => [
    name,
    summarise(rounds.get(name) ?? [], warmUps.get(name)?.completed ?? 0),
  ])
  return Object.fromEntries(outcomes) as Record<Name, Outcome>
}

async function runOnce(load: LoadGenerator, { program, plan }: Entrant): Promise<Round> {
  const before = await program.usage()
  const { completed, seconds, p50Ms, p99Ms, cpuSeconds } = await load.run(plan)
  const after = await program.usage()
  return {
    perSecond: completed / seconds,
    p50Ms,
    p99Ms,
    cpuUs: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / completed,
    loadCpuUs: (cpuSeconds * 1e6) / completed,
    completed,
  }
}

function summarise(rounds: readonly Round[], warmUpCompleted: number): Outcome {
  const medianOf = (field: keyof Round) => median(rounds.map((round) => round[field]))
  return {
    perSecond: medianOf('perSecond'),
    p50Ms: medianOf('p50Ms'),
    p99Ms: medianOf('p99Ms'),
    cpuUs: medianOf('cpuUs'),
    loadCpuUs: medianOf('loadCpuUs'),
    completed: rounds.reduce((sum, round) => sum + round.completed, warmUpCompleted),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/** For people: so many digits after the point. */
export function rounded(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}
