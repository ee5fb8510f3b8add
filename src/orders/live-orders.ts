// Tells open receipts when their order moves. One small query a second for all receipts this process has open, whoever
// moved the order and in whichever process; nothing at all while nobody looks.
import type { Database } from '../database/database.js'
import { readVersions } from './queries.js'

const pollMs = 1_000
/** The wait changes without the order moving, so it is sent again this often, in polls. */
const repeatEvery = 20

export interface LiveOrders {
  /** Calls `onChange` when the order has moved since `version`, and now and then for the wait. Returns how to stop. */
  watch(receiptId: string, version: number, onChange: () => void): () => void
  close(): void
}

interface Watcher {
  receiptId: string
  version: number
  onChange: () => void
}

export function createLiveOrders(db: Database, onError: (error: unknown) => void): LiveOrders {
  const watchers = new Set<Watcher>()
  let timer: NodeJS.Timeout | undefined
  let polls = 0
  let wasFailing = false

  async function poll(): Promise<void> {
    timer = undefined
    if (watchers.size === 0) return
    try {
      const versions = await readVersions(db, [...new Set([...watchers].map((w) => w.receiptId))])
      polls += 1
      let index = 0
      for (const watcher of watchers) {
        // A share of them at each poll, so that five hundred open receipts do not ask the database at once.
        const isItsTurn = (polls + index++) % repeatEvery === 0
        tell(watcher, versions.get(watcher.receiptId), isItsTurn)
      }
      wasFailing = false
    } catch (error) {
      // The page says "reconnecting" by itself; the log hears of it once, not every second.
      if (!wasFailing) onError(error)
      wasFailing = true
    }
    if (watchers.size > 0) timer = setTimeout(() => void poll(), pollMs)
  }

  function tell(watcher: Watcher, version: number | undefined, isItsTurn: boolean): void {
    if (version === undefined) return
    const hasMoved = version !== watcher.version
    watcher.version = version
    if (hasMoved || isItsTurn) watcher.onChange()
  }

  return {
    watch(receiptId, version, onChange) {
      const watcher = { receiptId, version, onChange }
      watchers.add(watcher)
      timer ??= setTimeout(() => void poll(), pollMs)
      return () => watchers.delete(watcher)
    },
    close() {
      watchers.clear()
      clearTimeout(timer)
      timer = undefined
    },
  }
}
