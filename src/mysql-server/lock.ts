// One process per data directory. The lock names its holder, so a lock left by a killed process is known as such.
// InnoDB locks its files as well and has the last word; this lock exists to say who holds them, in words.
import { link, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExpectedError } from '../errors.js'
import { readJson, writeJson } from './home.js'
import { identify, isRunning, type ProcessId } from './processes.js'

/** Takes the lock, or says who has it. Returns how to give it back. */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true })
  const self = await identify(process.pid)
  if (!self) throw new Error('This process cannot see itself')
  const mine = `${path}.${process.pid}.${heldCount++}`
  await writeJson(mine, self)
  try {
    await claim(path, mine)
  } finally {
    await rm(mine, { force: true })
  }
  return () => rm(path, { force: true })
}

let heldCount = 0

async function claim(path: string, mine: string): Promise<void> {
  // Three rounds are enough unless cafés are being killed and started in a race on the same directory.
  for (let round = 0; round < 3; round++) {
    if (await linked(mine, path)) return
    const holder = await readJson<ProcessId>(path)
    if (holder && (await isRunning(holder))) throw held(path, holder)
    await removeStale(path, holder, mine)
  }
  throw held(path, await readJson<ProcessId>(path))
}

// link() fails when the name exists and otherwise shows the whole content at once: no half-written lock can be read.
async function linked(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

// Moved aside rather than deleted: between our look and our move somebody else may have replaced the stale lock by
// their own, and then theirs goes back.
async function removeStale(
  path: string,
  stale: ProcessId | undefined,
  mine: string,
): Promise<void> {
  const aside = `${mine}.stale`
  try {
    await rename(path, aside)
  } catch {
    return // somebody else removed it first; the next round sees what is there now
  }
  const moved = await readJson<ProcessId>(aside)
  if (moved && moved.startedAt !== stale?.startedAt) await linked(aside, path)
  await rm(aside, { force: true })
}

function held(path: string, holder: ProcessId | undefined): ExpectedError {
  const dataDir = dirname(path)
  return new ExpectedError(
    'refused',
    `The data in ${dataDir} is in use by another café${holder ? ` (process ${holder.pid})` : ''}.`,
    {
      hint:
        (holder ? `Stop that one: kill ${holder.pid}\n` : '') +
        'Or give this one its own data and port: CAFE_DATA_DIR=.data-2 PORT=3001 npm start',
    },
  )
}
