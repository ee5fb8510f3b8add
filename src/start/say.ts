// What a person at the terminal reads: on stdout, in sentences. The structured log goes elsewhere (logger.ts).
import { networkInterfaces } from 'node:os'
import { ConfigError } from '../config.js'
import { ExpectedError } from '../errors.js'

export function say(message: string): void {
  process.stdout.write(`${message}\n`)
}

/** Every address the café answers on: this machine's name for itself, and the network's for this machine. */
export function sayAddresses(
  cafeName: string,
  { host, port, logFile }: { host: string; port: number; logFile?: string },
): void {
  say(`\n${cafeName} is running:`)
  for (const address of addresses(host))
    say(`  http://${address.includes(':') ? `[${address}]` : address}:${port}`)
  say(`${logFile === undefined ? '' : `The log is in ${logFile}. `}Ctrl-C stops it.\n`)
}

/**
 * Says why the café does not start, and returns the exit code: 2 when the configuration is at fault, 1 otherwise. What
 * nobody foresaw is shown with its stack.
 */
export function sayFailure(error: unknown): 1 | 2 {
  if (error instanceof ConfigError) {
    complain(error.message)
    return 2
  }
  if (error instanceof ExpectedError) {
    const { hint } = error.details
    complain(hint === undefined ? error.message : `${error.message}\n${hint}`)
    return 1
  }
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
}

function complain(message: string): void {
  process.stderr.write(`\nThe café did not start.\n${message}\n`)
}

function addresses(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const found = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outside = found.filter(({ internal, family }) => !internal && family === 'IPv4')
  return ['localhost', ...outside.map(({ address }) => address)]
}
