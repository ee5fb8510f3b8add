// What every command needs before anything of ours can run: Node, the dependencies, the build. Plain JavaScript on
// Node's own modules, because at this point there may be nothing else.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder; every path below is under it. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const installedFor = join(root, 'node_modules', '.installed-for')

/** Ends the process when Node is too old: what comes next would fail in ways nobody can read. */
export function requireNode(major = 20, minor = 19) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  fail(
    `The café needs Node ${major}.${minor} or later; this is ${process.versions.node}.`,
    'Get it from https://nodejs.org, or with a version manager: nvm install --lts',
  )
}

/** Installs what package-lock.json names, unless that is what is installed. */
export function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = createHash('sha256').update(lock).digest('hex')
  if (existsSync(installedFor) && readFileSync(installedFor, 'utf8') === wanted) return
  if (!isInstalledByHand()) {
    say('Installing the dependencies (npm ci); the first time this takes a minute or two')
    // dev included even under NODE_ENV=production: the compiler is one of them.
    run(
      npm('ci', '--include=dev', '--no-audit', '--no-fund'),
      'See what npm said above, then try again: npm ci',
    )
  }
  writeFileSync(installedFor, wanted)
}

/** Runs a command on this terminal; ends this process when it fails. */
export function run([program, ...args], hint, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['inherit', 2, 2],
    env: { ...process.env, ...env },
  })
  if (error) fail(`${program} could not be started: ${error.message}`, hint)
  if (status !== 0) fail(`Failed: ${[program, ...args].join(' ')}`, hint)
}

export function say(message) {
  process.stderr.write(`${message}\n`)
}

export function fail(message, hint) {
  say(`\n${message}${hint ? `\n${hint}` : ''}`)
  process.exit(1)
}

// npm writes this file last. Newer than the lock file: somebody ran npm ci or npm install since it changed.
function isInstalledByHand() {
  const byNpm = join(root, 'node_modules', '.package-lock.json')
  return (
    existsSync(byNpm) && statSync(byNpm).mtimeMs > statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

// Under `npm start` the very npm that runs us; its own program may not be on PATH.
function npm(...args) {
  const { npm_execpath: path } = process.env
  return path ? [process.execPath, path, ...args] : ['npm', ...args]
}
