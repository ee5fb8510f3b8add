// Money is whole cents in code and DECIMAL(10,2) in MySQL; these two functions are the border. No floats cross it.

/** Reads a DECIMAL(10,2) as MySQL or Prisma gives it ("3.50", or anything whose string is that) into cents. */
export function centsOf(amount: { toString(): string }): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount.toString())
  if (!match) throw new Error(`"${amount.toString()}" is not an amount with two decimals`)
  const [, sign, whole, fraction = ''] = match
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return sign === '-' ? -cents : cents
}

/** Writes cents as MySQL's DECIMAL(10,2): 350 becomes "3.50". */
export function decimalOf(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
