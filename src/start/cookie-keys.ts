// The keys that sign the visitors' cookies: configured, or made once and kept with the café's data, so that a restart
// does not make every visitor a stranger.
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { ExpectedError } from '../errors.js'

/** The newest first: it signs; the others still verify. */
export async function cookieKeys(
  config: Pick<Config, 'CAFE_COOKIE_KEYS' | 'CAFE_DATA_DIR'>,
): Promise<string[]> {
  if (config.CAFE_COOKIE_KEYS) return [...config.CAFE_COOKIE_KEYS]
  const path = join(config.CAFE_DATA_DIR, 'cookie-keys')
  await makeUnlessThere(path)
  const keys = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  if (keys.length > 0 && keys.every((key) => key.length >= 32)) return keys
  throw new ExpectedError(
    'refused',
    `${path} should hold keys of at least 32 characters, one per line, and does not.`,
    {
      hint: `Remove it and a new key is made (every visitor's basket is lost): rm ${path}`,
    },
  )
}

// Synced beside and linked: a power cut cannot leave an empty file, and of two cafés that start at once the second one
// uses the first one's key.
async function makeUnlessThere(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const beside = `${path}.${process.pid}`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(`${randomBytes(32).toString('base64url')}\n`)
    await file.sync()
    await link(beside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await file.close()
    await rm(beside, { force: true })
  }
}
