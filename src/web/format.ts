// Money and times as the café writes them: its currency and language, and the clock on its wall.

/** How the café writes. A part of the views' local `cafe`. */
export interface Style {
  locale: string
  currency: string
  timeZone: string
}

// An Intl formatter costs a thousand times more to make than to use.
const moneyFormats = new Map<string, Intl.NumberFormat>()
const timeFormats = new Map<string, Intl.DateTimeFormat>()

/** 350 is "$3.50" */
export function formatMoney(cents: number, { locale, currency }: Omit<Style, 'timeZone'>): string {
  const key = `${locale} ${currency}`
  let format = moneyFormats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency })
    moneyFormats.set(key, format)
  }
  return format.format(cents / 100)
}

/** "10:45" */
export function formatTime(date: Date, style: Omit<Style, 'currency'>): string {
  return timeFormat(style, 'time').format(date)
}

/** "Tuesday, November 24" */
export function formatDay(date: Date, style: Omit<Style, 'currency'>): string {
  return timeFormat(style, 'day').format(date)
}

const TIME_PARTS = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

function timeFormat(
  { locale, timeZone }: Omit<Style, 'currency'>,
  parts: keyof typeof TIME_PARTS,
): Intl.DateTimeFormat {
  const key = `${parts} ${locale} ${timeZone}`
  let format = timeFormats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { ...TIME_PARTS[parts], timeZone })
    timeFormats.set(key, format)
  }
  return format
}
