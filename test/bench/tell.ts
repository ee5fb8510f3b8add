// What a person reads while and after a run.

export function tell(message: string): void {
  process.stderr.write(`${message}\n`)
}

/** One field a line, names in a column. */
export function toTable(result: object): string {
  const entries = Object.entries(result)
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}\n`).join('')
}
