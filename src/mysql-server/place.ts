// Where a server listens: a free port, and a socket whose path the system accepts.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Home } from './home.js'

// sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero; MySQL adds ".lock" to the name of a file.
const socketPathBytesMax = 98
const shortFolderPrefix = 'cafe-mysql-'

/** The socket lies with the data, or in a private folder under /tmp when that path would be too long. */
export async function chooseSocketPath(home: Home, wanted?: string): Promise<string> {
  const path = wanted ?? join(home.root, 'server.sock')
  if (Buffer.byteLength(path) <= socketPathBytesMax) {
    await removeSocket(path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return path
  }
  return join(await mkdtemp(join(tmpdir(), shortFolderPrefix)), 'server.sock')
}

/** What is left of a socket nobody listens on any more, and its private folder. */
export async function removeSocket(socketPath: string): Promise<void> {
  await rm(socketPath, { force: true })
  // MySQL refuses to start while the process number in an old .lock file is taken, by whomever.
  await rm(`${socketPath}.lock`, { force: true })
  const folder = dirname(socketPath)
  if (basename(folder).startsWith(shortFolderPrefix))
    await rm(folder, { recursive: true, force: true })
}

/** A port nobody listens on now. Somebody may be faster than the server: the caller tries again with another. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}
