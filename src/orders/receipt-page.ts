// The receipt as views/orders/receipt.ejs shows it, and the part of it that changes while somebody looks.
import type { Menu } from '../menu/menu.js'
import { findProduct } from '../menu/menu.js'
import { names } from '../menu/menu-page.js'
import { allergensOf } from '../menu/selection.js'
import { dayPrefix } from '../pickup/opening-text.js'
import type { SlotBookRules } from '../pickup/slot-book.js'
import { formatMoney, formatTime, type Style } from '../web/format.js'
import type { Order, OrderedLine } from './queries.js'
import { isCancellableByCustomer, isFinal, statusSteps, statusTexts } from './status.js'
import { waitText } from './wait.js'

export interface ReceiptInput {
  order: Order
  workAheadSeconds: number
  rules: SlotBookRules
  style: Style
  now: Date
}

/** What the event stream sends and the page shows of an order's progress. */
export function receiptStatus({ order, workAheadSeconds, rules, style, now }: ReceiptInput) {
  return {
    status: order.status,
    statusText: statusTexts[order.status],
    waitText: waitText(order, workAheadSeconds, { rules, style, now }),
    steps: statusSteps(order.status),
    canCancel: isCancellableByCustomer(order.status),
  }
}

/** How often a receipt without JavaScript loads itself again, in seconds. */
const refreshSeconds = 15

/** `menu` tells the allergens of what was ordered; without it (none read yet) the receipt goes without. */
export function receiptPage(
  input: ReceiptInput,
  { visitorId, menu, notice }: { visitorId: string; menu?: Menu; notice?: string },
) {
  const { order, style, now } = input
  const isMine = order.visitorId === visitorId
  const status = receiptStatus(input)
  return {
    ...status,
    title: `Order ${order.number}`,
    number: order.number,
    receiptPath: receiptPath(order),
    version: order.version,
    pickupText: pickupText(order, style, now),
    pickupIso: order.isAsap ? undefined : order.pickupAt?.toISOString(),
    placedAtText: `${dayPrefix(order.placedAt, now, style)}${formatTime(order.placedAt, style)}`,
    placedAtIso: order.placedAt.toISOString(),
    // An address can be passed on; a name and a note are for the one who wrote them.
    cupName: isMine ? order.cupName : '',
    note: isMine ? order.note : '',
    lines: order.lines.map((line) => receiptLine(line, style, menu)),
    totalText: formatMoney(order.totalCents, style),
    isMine,
    canCancel: isMine && status.canCancel,
    isLive: !isFinal(order.status),
    refreshSeconds,
    notice: notice ?? null,
  }
}

export function receiptPath({ receiptId }: { receiptId: string }): string {
  return `/orders/${receiptId}`
}

function pickupText({ isAsap, pickupAt }: Order, style: Style, now: Date): string {
  if (isAsap || !pickupAt) return 'As soon as possible'
  return `${dayPrefix(pickupAt, now, style)}${formatTime(pickupAt, style)}`
}

function receiptLine(line: OrderedLine, style: Style, menu: Menu | undefined) {
  const product = menu && findProduct(menu, line.productId)?.product
  const optionIds = line.options.map((option) => option.id)
  const { contains, traces } = product
    ? allergensOf(product, optionIds)
    : { contains: [], traces: [] }
  return {
    quantity: line.quantity,
    name: line.name,
    optionsText: optionsText(line),
    unitPriceText: formatMoney(line.unitPriceCents, style),
    amountText: formatMoney(line.amountCents, style),
    contains: names(contains),
    traces: names(traces),
  }
}

function optionsText({ options }: OrderedLine): string {
  return options.map((option) => option.name).join(', ')
}

export function myOrdersPage(orders: readonly Order[], style: Style, now: Date) {
  return {
    title: 'My orders',
    orders: orders.map((order) => ({
      path: receiptPath(order),
      number: order.number,
      placedAtText: `${dayPrefix(order.placedAt, now, style)}${formatTime(order.placedAt, style)}`,
      placedAtIso: order.placedAt.toISOString(),
      status: order.status,
      statusText: statusTexts[order.status],
      totalText: formatMoney(order.totalCents, style),
      summary: order.lines.map(summaryOf).join(', '),
    })),
  }
}

function summaryOf({ quantity, name }: OrderedLine): string {
  return quantity === 1 ? name : `${quantity} × ${name}`
}
