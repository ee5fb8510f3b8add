// A server that lost its café to a kill -9 still runs on the data directory. It is ended in order before the next one
// starts: adopting it would save a second, and leave two ways of running, one of them with last week's settings.
import { rm } from 'node:fs/promises'
import { type Home, readJson, type ServerState } from './home.js'
import { removeSocket } from './place.js'
import { endProcess, findByArgument, isRunning, type ProcessId } from './processes.js'
import { datadirArgument } from './settings.js'

/** Flushing a full buffer pool to a slow disk takes a while; killing it meanwhile costs a recovery, not data. */
const stopWithinMs = 60_000

/** The caller holds the lock, so whatever still runs here has no café of its own. */
export async function stopOrphan(home: Home, log: (message: string) => void): Promise<void> {
  const state = await readJson<ServerState>(home.state)
  const orphan = await findOrphan(home, state)
  if (orphan) {
    log(
      `The last café was killed; stopping its database server (process ${orphan.pid}) before starting again`,
    )
    await endProcess(orphan, stopWithinMs)
  }
  if (state) await removeSocket(state.socketPath)
  await rm(home.state, { force: true })
}

// The state file misses a server whose café was killed between starting it and writing the file; its arguments do not.
async function findOrphan(
  home: Home,
  state: ServerState | undefined,
): Promise<ProcessId | undefined> {
  if (state && (await isRunning(state))) return state
  return findByArgument(datadirArgument(home))
}
