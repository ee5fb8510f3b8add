// Refuses addresses that cannot be read: broken percent-encoding, bytes that are not UTF-8, NUL, or too long.
import type { Request } from 'express'
import { PageError } from './page-error.js'

/** The longest address we make ourselves is the menu's with every allergen ticked: about 300 characters. */
const ADDRESS_LENGTH_MAX = 2048

const PLAIN = /^[\x21-\x7e]*$/
const ENCODED_NUL = '%00'

/** What is wrong with the address, if anything is. */
export function addressProblem(req: Request): PageError | undefined {
  const address = req.originalUrl
  if (address.length > ADDRESS_LENGTH_MAX) {
    return new PageError('too-large', 'The address is too long.', { status: 414 })
  }
  if (!PLAIN.test(address) || (address.includes('%') && !isWellEncoded(address))) {
    return new PageError('invalid', 'The address cannot be read.', {
      hint: 'Perhaps it was cut off or copied with a mistake.',
    })
  }
  return undefined
}

/** Percent-encoded text that decodes to UTF-8 without NUL. */
export function isWellEncoded(text: string): boolean {
  if (text.includes(ENCODED_NUL)) return false
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false // URIError is the answer: not percent-encoded UTF-8
  }
}
