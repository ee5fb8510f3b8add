// All configuration, read from the environment in this file alone, checked as a whole and then frozen.
import { DateTime } from 'luxon'
import { z } from 'zod'
import { parseDatabaseUrl } from './database/address.js'
import type { ExpectedError } from './errors.js'
import { parseOpeningHours } from './opening-hours.js'

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most}`)

const yesOrNo = z.enum(['yes', 'no']).transform((value) => value === 'yes')

const hours = z.string().transform((text, context) => {
  try {
    return parseOpeningHours(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

const timeZone = z.string().refine(isTimeZone, 'must be a time zone like Europe/Vienna')
const currency = z
  .string()
  .refine(isCurrency, 'must be the code of a currency with cents, like USD')
const locale = z.string().refine(isLocale, 'must be a language tag like en-US')

const databaseUrl = z.string().superRefine((text, context) => {
  try {
    parseDatabaseUrl(text)
  } catch (error) {
    const { message, details } = error as ExpectedError
    context.addIssue({ code: 'custom', message: `${message}. ${details.hint ?? ''}`.trim() })
  }
})

const cookieKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine(
    (keys) => keys.every((key) => key.length >= 32),
    'must be one or more keys of at least 32 characters, separated by commas, the newest first',
  )

const environment = z.object({
  PORT: wholeNumber(0, 65535).default(3000),
  HOST: z.string().min(1).default('0.0.0.0'),
  DATABASE_URL: databaseUrl.optional(),
  CAFE_MYSQLD: z.string().min(1).optional(),
  CAFE_DATA_DIR: z.string().min(1).default('.data'),
  CAFE_NAME: z.string().min(1).max(60).default('Kettle & Crumb'),
  CAFE_CURRENCY: currency.default('USD'),
  CAFE_LOCALE: locale.default('en-US'),
  CAFE_TIME_ZONE: timeZone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  CAFE_HOURS: hours.prefault('Mon-Fri 07:00-19:00, Sat-Sun 08:00-18:00'),
  CAFE_LEAD_MINUTES: wholeNumber(0, 240).default(10),
  CAFE_SLOT_MINUTES: wholeNumber(5, 120).default(15),
  CAFE_SLOT_WORK_MINUTES: wholeNumber(1, 1_000_000).default(30),
  CAFE_DAYS_AHEAD: wholeNumber(0, 14).default(3),
  CAFE_COOKIE_KEYS: cookieKeys.optional(),
  CAFE_POOL_SIZE: wholeNumber(1, 500).default(10),
  CAFE_POSTS_PER_MINUTE: wholeNumber(1, 100_000_000).default(300),
  CAFE_TRUST_PROXY: yesOrNo.prefault('no'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

/** The configuration, as README's table explains it. Read once at start and passed to what needs it. */
export type Config = Readonly<z.output<typeof environment>>

/** Everything that is wrong with the configuration, one line per variable, never with the value of a secret. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'ConfigError'
  }
}

/** Reads and checks the environment. An empty variable counts as not set. Throws ConfigError with every problem at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = environment.safeParse(set)
  if (result.success) return Object.freeze(result.data)
  throw new ConfigError(
    result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
  )
}

function isTimeZone(value: string): boolean {
  // Luxon, which lays out the opening hours, knows fewer ways to write a zone than newer Nodes do.
  return (
    DateTime.local({ zone: value }).isValid &&
    accepts(() => new Intl.DateTimeFormat('en', { timeZone: value }))
  )
}

function isCurrency(value: string): boolean {
  // Prices are DECIMAL(10,2): a currency without cents, or with thousandths, would be written wrongly.
  return accepts(() => {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: value })
    if (format.resolvedOptions().maximumFractionDigits !== 2) throw new RangeError(value)
  })
}

function isLocale(value: string): boolean {
  return accepts(() => new Intl.NumberFormat(value))
}

function accepts(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false // Intl throws RangeError for what it does not know, and that is the answer
  }
}
