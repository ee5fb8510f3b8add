// A server without root: the distribution's packages unpacked under the data directory, and started through a small
// script that tells each program where its libraries and messages are now.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { aptUnpack, type Say } from './apt.js'
import { packagesDir } from './find.js'

const programs = ['usr/sbin/mariadbd', 'usr/sbin/mysqld', 'usr/bin/my_print_defaults']

/** Makes <dataDir>/mysql-packages/usr/sbin/…, whole or not at all. */
export async function unpackServer(
  dataDir: string,
  sets: readonly (readonly string[])[],
  say: Say,
): Promise<boolean> {
  const root = packagesDir(dataDir)
  const unfinished = `${root}.new-${process.pid}`
  await mkdir(unfinished, { recursive: true })
  try {
    if (!(await aptUnpack(sets, unfinished, say))) return false
    for (const program of programs) await wrap(unfinished, program)
    await rm(root, { recursive: true, force: true })
    await rename(unfinished, root)
    return true
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function wrap(root: string, program: string): Promise<void> {
  const found = await readdir(join(root, program, '..'), { withFileTypes: true }).catch(() => [])
  const entry = found.find((file) => program.endsWith(`/${file.name}`))
  if (!entry?.isFile()) return // Debian's mysqld is a link to mariadbd, and finds the script there
  await rename(join(root, program), join(root, `${program}.real`))
  const isServer = program.includes('/sbin/')
  await writeFile(join(root, program), script(await filesUnder(root), program, isServer), {
    mode: 0o755,
  })
}

// --no-defaults counts only as the first argument, so it stays first. When apt brought a C library of its own the
// program must run under that library's loader; the system's would be a mismatch.
function script(files: readonly string[], program: string, isServer: boolean): string {
  const folders = new Set(
    files
      .filter((file) => /\/lib[^/]*\.so[^/]*$/.test(file))
      .map((file) => file.replace(/\/[^/]*$/, '')),
  )
  const libraries = [...folders]
    .filter((folder) => !folder.includes('/plugin'))
    .map((folder) => `$root/${folder}`)
  const loader = files.find((file) => /(^|\/)ld-linux[^/]*\.so\.\d+$/.test(file))
  const plugins = files.find((file) => /\/plugin\/[^/]+\.so$/.test(file))?.replace(/\/[^/]*$/, '')
  const places = isServer
    ? [
        '"--lc-messages-dir=$root/usr/share/mysql"',
        '"--character-sets-dir=$root/usr/share/mysql/charsets"',
        ...(plugins === undefined ? [] : [`"--plugin-dir=$root/${plugins}"`]),
      ]
    : []
  const run =
    loader === undefined
      ? `LD_LIBRARY_PATH="${libraries.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec`
      : `exec "$root/${loader}" --library-path "${libraries.join(':')}"`
  return `#!/bin/sh
root=$(cd "$(dirname "$0")/../.." && pwd)
case "\${1:-}" in --no-defaults | --defaults-*) first=$1; shift ;; *) first=--no-defaults ;; esac
${run} "$root/${program}.real" "$first" ${places.join(' ')} "$@"
`
}

async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return files.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}
