// What the operating system knows about other processes: enough to never take one for another.
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process named so that a later one with the same number is not mistaken for it. */
export interface ProcessId {
  pid: number
  /** When it started, as the system says it: clock ticks since a certain boot, or a date. */
  startedAt: string
}

/** Undefined when there is no such process (any more). A zombie counts as none: it holds no file and no port. */
export async function identify(pid: number): Promise<ProcessId | undefined> {
  const startedAt = process.platform === 'linux' ? await linuxStart(pid) : await psStart(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export async function isRunning(id: ProcessId): Promise<boolean> {
  return (await identify(id.pid))?.startedAt === id.startedAt
}

/** The process that was started with exactly this argument, if one runs. Linux only; elsewhere the state file must do. */
export async function findByArgument(argument: string): Promise<ProcessId | undefined> {
  if (process.platform !== 'linux') return undefined
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (line.split('\0').includes(argument)) return identify(Number(name))
  }
  return undefined
}

/** Asks the process to end, and ends it when it has not done so in time. */
export async function endProcess(id: ProcessId, patienceMs: number): Promise<void> {
  signal(id.pid, 'SIGTERM')
  if (await endsWithin(id, patienceMs)) return
  signal(id.pid, 'SIGKILL')
  await endsWithin(id, 10_000)
}

/** False when there was nobody to send it to. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false // it ended by itself in the meantime, which is what a signal here is for
  }
}

// Polling: a process that is not our child announces its end to nobody.
async function endsWithin(id: ProcessId, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms
  while (Date.now() < deadline) {
    if (!(await isRunning(id))) return true
    await delay(50)
  }
  return false
}

async function linuxStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X' || ticks === undefined) return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${ticks}@${boot.trim()}`
}

async function psStart(pid: number): Promise<string | undefined> {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim() || undefined
}
