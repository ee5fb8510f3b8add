// The life of an order, as data: what may follow what.

export const orderStatuses = ['new', 'making', 'ready', 'collected', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** Forward by one, back by one when a barista slipped, and cancelled until the cup is handed over. Nothing leaves 'cancelled'. */
const next: Record<OrderStatus, readonly OrderStatus[]> = {
  new: ['making', 'cancelled'],
  making: ['ready', 'new', 'cancelled'],
  ready: ['collected', 'making', 'cancelled'],
  collected: ['ready'],
  cancelled: [],
}

export function mayFollow(from: OrderStatus, to: OrderStatus): boolean {
  return next[from].includes(to)
}

/** A customer may cancel as long as nobody has begun to make it. */
export function isCancellableByCustomer(status: OrderStatus): boolean {
  return status === 'new'
}

/** Nothing more will happen to it by itself: a receipt need not be watched. */
export function isFinal(status: OrderStatus): boolean {
  return status === 'collected' || status === 'cancelled'
}

export const statusTexts: Record<OrderStatus, string> = {
  new: 'We have your order',
  making: 'Being made',
  ready: 'Ready to collect',
  collected: 'Collected',
  cancelled: 'Cancelled',
}

export interface StatusStep {
  name: string
  state: 'done' | 'current' | 'todo'
}

/** The way an order goes, with where it is; a cancelled one has no way left. */
export function statusSteps(status: OrderStatus): StatusStep[] {
  if (status === 'cancelled') return [{ name: 'Cancelled', state: 'current' }]
  const way = ['new', 'making', 'ready', 'collected'] as const
  const names = ['Received', 'Being made', 'Ready', 'Collected']
  const here = way.indexOf(status)
  return names.map((name, index) => ({
    name,
    state: index < here ? 'done' : index === here ? 'current' : 'todo',
  }))
}
