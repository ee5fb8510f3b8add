// The menu as this process last read it. Pages are drawn from it, so that the menu still stands when the database is
// away ("as of 10:42"), and so that a thousand visitors a second cost one read a second. Orders never use it: they read
// prices and availability from the database themselves.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExpectedError } from '../errors.js'
import type { Menu } from './menu.js'

/** A menu read less long ago than this is shown as it is, in milliseconds. */
const freshMs = 1_000
/** One older than this is read again before it is shown, if the database answers in time. */
const staleMs = 3_000
/** The file is written again when what it says of its age is off by more than this, in milliseconds. */
const keepEveryMs = 60_000
/** The shape of the file. A file of another shape, from another version, counts as none. */
const fileFormat = 1
/** How long a visitor waits for that reading. */
const patienceMs = 1_500

export interface MenuOnBoard {
  menu: Menu
  readAt: Date
  /** The last reading failed: what is shown may be out of date. */
  isOutdated: boolean
}

export interface MenuBoard {
  /** The menu to show now. Throws ExpectedError 'unavailable' only if no menu was ever read. */
  current(): Promise<MenuOnBoard>
  /** Reads the menu now; used at start, so that the first visitor finds it there. */
  refresh(): Promise<void>
}

/**
 * Keeps the menu that `read` returns. `file` keeps the last one across restarts, for a start without a database; it is
 * written beside and renamed, and a file that cannot be read counts as none.
 */
export function createMenuBoard(
  read: () => Promise<Menu>,
  file: string,
  onError: (error: unknown) => void,
): MenuBoard {
  let shown: MenuOnBoard | undefined
  let reading: Promise<void> | undefined
  let triedAt = 0
  let keptAt = 0

  function refresh(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function readOnce(): Promise<void> {
    triedAt = Date.now()
    try {
      const menu = await read()
      const hasChanged = JSON.stringify(menu) !== JSON.stringify(shown?.menu)
      // The same object as long as nothing changed, so that pages drawn from it can be kept.
      shown = {
        menu: hasChanged || !shown ? menu : shown.menu,
        readAt: new Date(),
        isOutdated: false,
      }
      if (hasChanged || Date.now() - keptAt > keepEveryMs) {
        keptAt = Date.now()
        await keep(file, shown).catch(onError)
      }
    } catch (error) {
      onError(error)
      shown ??= await recall(file)
      if (shown) shown = { ...shown, isOutdated: true }
    }
  }

  async function current(): Promise<MenuOnBoard> {
    const ageMs = shown ? Date.now() - shown.readAt.getTime() : Infinity
    const wasJustTried = Date.now() - triedAt < freshMs
    if (ageMs > freshMs && !wasJustTried) void refresh()
    if (reading && (!shown || (ageMs > staleMs && !shown.isOutdated)))
      await atMost(reading, patienceMs)
    if (!shown) shown = await recall(file)
    if (shown) return ageMs > staleMs && reading ? { ...shown, isOutdated: true } : shown
    throw new ExpectedError('unavailable', 'The menu cannot be read right now.', {
      hint: 'Please try again in a moment.',
    })
  }

  return { current, refresh }
}

interface KeptMenu {
  format: number
  menu: Menu
  readAt: string
}

async function keep(file: string, { menu, readAt }: MenuOnBoard): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.tmp`, JSON.stringify({ format: fileFormat, menu, readAt }))
  await rename(`${file}.tmp`, file)
}

async function recall(file: string): Promise<MenuOnBoard | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as KeptMenu
    if (kept.format !== fileFormat) return undefined
    return { menu: kept.menu, readAt: new Date(kept.readAt), isOutdated: true }
  } catch {
    return undefined // no file yet, or one a full disk cut short: both mean that no menu is remembered
  }
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, patience])
  clearTimeout(timer)
}
