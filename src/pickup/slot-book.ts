// Slots with the room that is left in them. Every checkout page and every order asks, so one reading serves a second;
// it only ever proposes, and the conditional UPDATE in queries.ts decides.
import type { Database } from '../database/database.js'
import { createMinuteMemo } from './minute-memo.js'
import { readSlotLoads } from './queries.js'
import { choosableSlots, upcomingSlots, type SlotRules } from './slots.js'

const keptMs = 1_000

export interface SlotBookRules extends SlotRules {
  /** Work that one slot holds, in seconds. */
  budgetSeconds: number
}

export interface OfferedSlot {
  startsAt: Date
  freeSeconds: number
}

export interface SlotBook {
  readonly rules: SlotBookRules
  /** The first slot with room for this much work, or undefined if none is left in the days ahead. */
  firstWithRoom(workSeconds: number, now: Date): Promise<OfferedSlot | undefined>
  /** The slots a customer may choose by name. */
  choosable(now: Date): Promise<OfferedSlot[]>
  /** Whether a slot may be chosen at this moment, whatever room it has. */
  isChoosable(startsAt: Date, now: Date): boolean
  /** Forgets what was read: the database just said something else. */
  forget(): void
}

export function createSlotBook(db: Database, rules: SlotBookRules): SlotBook {
  let loads: { readAt: number; freeSeconds: Promise<Map<number, number>> } | undefined

  function freeSeconds(now: Date): Promise<Map<number, number>> {
    if (!loads || Date.now() - loads.readAt > keptMs) {
      const reading = read(now)
      loads = { readAt: Date.now(), freeSeconds: reading }
      // A failed reading is not kept; whoever awaits it gets the error.
      reading.catch(() => {
        loads = undefined
      })
    }
    return loads.freeSeconds
  }

  async function read(now: Date): Promise<Map<number, number>> {
    const from = new Date(+now - 86_400_000)
    const to = new Date(+now + (rules.daysAhead + 2) * 86_400_000)
    const rows = await readSlotLoads(db, from, to)
    return new Map(rows.map((row) => [+row.startsAt, row.budgetSeconds - row.reservedSeconds]))
  }

  const slotsOfMinute = createMinuteMemo((minute) => upcomingSlots(rules, minute))
  const choosableOfMinute = createMinuteMemo((minute) => choosableSlots(rules, minute))
  const leadMs = rules.leadMinutes * 60_000

  return {
    rules,
    async firstWithRoom(workSeconds, now) {
      const free = await freeSeconds(now)
      for (const { startsAt, endsAt } of slotsOfMinute(now)) {
        if (+endsAt <= +now + leadMs) continue
        const room = free.get(+startsAt) ?? rules.budgetSeconds
        if (room >= workSeconds) return { startsAt, freeSeconds: room }
      }
      return undefined
    },
    async choosable(now) {
      const free = await freeSeconds(now)
      return choosableOfMinute(now)
        .filter(({ startsAt }) => +startsAt >= +now + leadMs)
        .map(({ startsAt }) => ({
          startsAt,
          freeSeconds: free.get(+startsAt) ?? rules.budgetSeconds,
        }))
    },
    isChoosable: (startsAt, now) =>
      +startsAt >= +now + leadMs &&
      choosableOfMinute(now).some((slot) => +slot.startsAt === +startsAt),
    forget() {
      loads = undefined
    },
  }
}
