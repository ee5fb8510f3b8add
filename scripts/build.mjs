// npm run build: the Prisma client, then dist/. Each only when what it is made from has changed, so that a second start
// costs the look at some file dates and nothing more.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDependencies, requireNode, root, run, say } from './setup.mjs'

const stampPath = join(root, 'dist', '.built.json')
const generated = join(root, 'src', 'database', 'generated')
const compiled = [
  'src',
  'scripts',
  'test',
  'prisma',
  'tsconfig.json',
  'prisma.config.ts',
  'vitest.config.ts',
]

/** Brings the generated client and dist/ up to date. */
export function build({ quiet = false } = {}) {
  const before = readStamp()
  const schema = hash([contentOf('prisma/schema.prisma'), contentOf('package-lock.json')])
  if (before.schema !== schema || !existsSync(generated)) {
    if (!quiet) say('Generating the database client from prisma/schema.prisma')
    generateClient()
    writeStamp({ ...before, schema })
  }
  const sources = hash([schema, ...compiled.flatMap(datesUnder)])
  if (before.sources !== sources) {
    if (!quiet) say('Compiling')
    run(
      [process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.'],
      'The lines above name the files.',
    )
  }
  writeStamp({ schema, sources })
}

// `generate` looks for Prisma's schema engine, a program that it would download, and then does not use it: generation is
// WebAssembly. Naming any program that exists keeps the download, and the need for a network, away.
function generateClient() {
  const program = [process.execPath, 'node_modules/prisma/build/index.js', 'generate', '--no-hints']
  run(program, 'Is prisma/schema.prisma valid?', {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  })
}

// Dates and sizes, not contents: 5 ms instead of 50, and a touched file costs one compilation.
function datesUnder(path) {
  const full = join(root, path)
  if (!existsSync(full) || full === generated) return []
  const { mtimeMs, size } = statSync(full)
  if (!statSync(full).isDirectory())
    return path.endsWith('.ts') || path.endsWith('.json') ? [`${path} ${mtimeMs} ${size}`] : []
  return readdirSync(full)
    .sort()
    .flatMap((name) => datesUnder(join(path, name)))
}

function contentOf(path) {
  return readFileSync(join(root, path), 'utf8')
}

function hash(parts) {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part).update('\0')
  return digest.digest('hex')
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampPath, 'utf8'))
  } catch {
    return {} // none yet, or cut off: build everything
  }
}

function writeStamp(stamp) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(`${stampPath}.${process.pid}`, JSON.stringify(stamp))
  renameSync(`${stampPath}.${process.pid}`, stampPath)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode()
  installDependencies()
  build({ quiet: process.argv.includes('--quiet') })
}
