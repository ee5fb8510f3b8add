// The server's own log file: how it ended is written there and nowhere else.
import { open, rename, stat } from 'node:fs/promises'

const logBytesMax = 10 * 1024 * 1024

/** Its length now, so that what is read later is this start's alone. A log that has grown large is put aside first. */
export async function logSize(path: string): Promise<number> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= logBytesMax) return size
  await rename(path, `${path}.1`)
  return 0
}

export async function logSince(path: string, from: number): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.max(0, size - from))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The lines a person should see: the errors, or the last few when none is marked so. */
export function tellingLines(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const errors = lines.filter((line) => /\[ERROR\]/.test(line))
  return (errors.length > 0 ? errors.slice(0, 6) : lines.slice(-6)).join('\n')
}
