// A measured program: a Node process of its own that says, when asked, what it has used so far.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Usage } from './usage.js'

export interface Program {
  name: string
  url: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

interface ProgramOptions {
  name: string
  script: URL
  args?: string[]
  /** The whole environment: nothing of the terminal's reaches the program. */
  environment: Record<string, string>
  url: string
  /** Answered with 200 once the program can be measured. */
  readyPath: string
  /** For its output. */
  folder: string
  /** For its CPU profile, or none. */
  profiles: string | undefined
}

const startWithinMs = 30_000
const askEveryMs = 50
const outputShownBytes = 2000

export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { name, script, args = [], environment, url, folder, profiles } = options
  const output = join(folder, `${name}.log`)
  const file = await open(output, 'a')
  const child = fork(fileURLToPath(script), args, {
    env: environment,
    execArgv: [
      ...['--import', new URL('./usage.js', import.meta.url).href],
      ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
      ...(profiles === undefined ? [] : [`--cpu-prof-name=${name}-${Date.now()}.cpuprofile`]),
    ],
    stdio: ['ignore', file.fd, file.fd, 'ipc'],
  })
  await file.close()
  try {
    await untilReady(child, url + options.readyPath)
  } catch (error) {
    child.kill('SIGKILL')
    const written = await readFile(output, 'utf8')
    throw new Error(`The ${name} did not start:\n${written.slice(-outputShownBytes)}`, {
      cause: error,
    })
  }
  return { name, url, usage: () => askUsage(child), stop: () => stop(child) }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const giveUpAt = Date.now() + startWithinMs
  while (child.exitCode === null && Date.now() < giveUpAt) {
    const response = await fetch(url).catch(() => undefined) // refused until it listens
    await response?.arrayBuffer()
    if (response?.ok) return
    await delay(askEveryMs)
  }
  throw new Error(child.exitCode === null ? `${url} never answered 200` : 'it ended at once')
}

async function askUsage(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message') as Promise<[Usage]>
  child.send('usage')
  return (await answer)[0]
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
