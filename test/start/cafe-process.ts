// The café as a process of its own, the way it is started in earnest: dist/src/server.js, which `npm test` has built.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { findRunningServer, type RunningServer } from '../../src/mysql-server/running.js'
import { projectRoot } from '../../src/paths.js'

export interface CafeProcess {
  child: ChildProcess
  dataDir: string
  /** What it has printed so far. */
  output(): { stdout: string; stderr: string }
  /** Resolves when stdout or stderr holds the text. Rejects when the process ends without it. */
  says(text: string): Promise<void>
  /** Resolves with the address when it is open. */
  url(): Promise<string>
  ends(): Promise<{ code: number | null; signal: string | null }>
}

export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cafe-start-'))
  onTestFinished(async () => {
    const left = await findRunningServer(dataDir)
    if (left) process.kill(left.pid, 'SIGKILL')
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  return dataDir
}

/** Starts the café on a free port. It is killed at the end of the test if it still runs then. */
export function startCafe(dataDir: string, environment: Record<string, string> = {}): CafeProcess {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/src/server.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', CAFE_DATA_DIR: dataDir, ...environment },
  })
  const printed = { stdout: '', stderr: '' }
  const gone = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }))
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text))
  }
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const has = (text: string) => printed.stdout.includes(text) || printed.stderr.includes(text)
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (has(text)) resolve()
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.once('close', () => {
        reject(new Error(`It ended without saying "${text}":\n${printed.stdout}${printed.stderr}`))
      })
      look()
    })
  return {
    child,
    dataDir,
    says,
    output: () => ({ ...printed }),
    async url() {
      await says('Ctrl-C stops it.')
      return /http:\/\/\S+/.exec(printed.stdout)?.[0] ?? ''
    },
    ends: () => gone,
  }
}

export async function serverOf(dataDir: string): Promise<RunningServer> {
  const server = await findRunningServer(dataDir)
  if (!server) throw new Error(`No server runs on ${dataDir}`)
  return server
}
