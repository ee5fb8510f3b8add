// The one page to check and place: the basket held against today's menu, pickup times, and the order form.
import { randomBytes } from 'node:crypto'
import { quantityMax } from '../menu/selection.js'
import { allergensOf } from '../menu/selection.js'
import { names } from '../menu/menu-page.js'
import { totalOf, type ReviewedLine } from '../basket/review.js'
import { decimalOf } from '../money.js'
import { dayText } from '../pickup/opening-text.js'
import type { OfferedSlot, SlotBookRules } from '../pickup/slot-book.js'
import { promisedAt } from '../pickup/slots.js'
import { formatDay, formatMoney, formatTime, type Style } from '../web/format.js'
import { orderLineText } from './order-lines.js'

export interface FormFieldError {
  field: 'cup_name' | 'note' | 'pickup'
  message: string
}

/** What a form that was not taken had in it, to be shown again. */
export interface EarlierForm {
  key: string
  cupName: string
  note: string
  pickup: string
}

export interface CheckoutInput {
  lines: readonly ReviewedLine[]
  asap: OfferedSlot | undefined
  slots: readonly OfferedSlot[]
  rules: SlotBookRules
  style: Style
  now: Date
  earlier?: EarlierForm
  errors?: readonly FormFieldError[]
  notice?: string
}

export function checkoutPage(input: CheckoutInput) {
  const { lines, asap, rules, style, now, earlier } = input
  const { totalCents, workSeconds } = totalOf(lines)
  const isTooMuch = workSeconds > rules.budgetSeconds
  return {
    title: 'Your order',
    lines: lines.map((line) => lineView(line, style)),
    totalText: formatMoney(totalCents, style),
    isOrderable: lines.length > 0 && !isTooMuch && lines.every((line) => line.problem === null),
    notice: input.notice ?? (isTooMuch ? tooMuchNotice : null),
    form: {
      key: earlier?.key ?? randomBytes(16).toString('base64url'),
      lines: lines.map((line) => orderLineText(line)),
      total: decimalOf(totalCents),
      cupName: earlier?.cupName ?? '',
      note: earlier?.note ?? '',
      pickup: earlier?.pickup ?? 'asap',
      asapAt: asap ? promisedAt(rules, asap.startsAt, now).toISOString() : '',
      errors: input.errors ?? [],
    },
    asap: { isOffered: asap !== undefined, text: asapText(asap, input) },
    slotDays: slotDays(input, workSeconds),
  }
}

const tooMuchNotice =
  'This is more than we can make for one pickup time. Please split it into two orders, or give us a call.'

function lineView(line: ReviewedLine, style: Style) {
  const { contains, traces } = line.product
    ? allergensOf(line.product, line.optionIds)
    : { contains: [], traces: [] }
  return {
    id: line.id,
    productId: line.productId,
    name: line.name,
    optionsText: line.optionNames.join(', '),
    quantity: line.quantity,
    quantityMax,
    unitPriceText: formatMoney(line.unitPriceCents, style),
    amountText: formatMoney(line.amountCents, style),
    imageUrl: line.product?.imageUrl ?? 'images/default.svg',
    contains: names(contains),
    traces: names(traces),
    changes: line.changes,
    problem: line.problem,
  }
}

function asapText(asap: OfferedSlot | undefined, { rules, style, now }: CheckoutInput): string {
  if (!asap) return 'not possible: we are closed or fully booked for the coming days'
  const at = promisedAt(rules, asap.startsAt, now)
  const day = dayText(at, now, style)
  const time = formatTime(at, style)
  return day === 'today' ? `about ${time}` : `${day} about ${time}`
}

interface SlotDay {
  label: string
  slots: { value: string; label: string; isFull: boolean }[]
}

function slotDays({ slots, style, now }: CheckoutInput, workSeconds: number): SlotDay[] {
  const days = new Map<string, SlotDay>()
  for (const { startsAt, freeSeconds } of slots) {
    // "Today" and "tomorrow" take a calendar, which is slow: asked once a day, not once a slot.
    const date = formatDay(startsAt, style)
    const day = days.get(date) ?? { label: capitalised(dayText(startsAt, now, style)), slots: [] }
    day.slots.push({
      value: startsAt.toISOString(),
      label: formatTime(startsAt, style),
      isFull: freeSeconds < workSeconds,
    })
    days.set(date, day)
  }
  return [...days.values()]
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
