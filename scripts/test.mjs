// npm test: sets this machine up as npm start does, and with a browser; then every check, then the tests.
// npm test -- test/orders runs those tests alone, without the checks.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { chdir } from 'node:process'
import { build } from './build.mjs'
import { check } from './check.mjs'
import { fail, installDependencies, requireNode, root, say } from './setup.mjs'

const chosen = process.argv.slice(2)
const { CAFE_MYSQLD, CAFE_TEST_SERVER, CAFE_DATA_DIR } = process.env

requireNode()
chdir(root)
installDependencies()
build()
if (!CAFE_TEST_SERVER) await findServer()
const browser = needsBrowser() ? await findBrowser() : undefined
const isClean = chosen.length > 0 || check()
say('\n— tests')
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', ...chosen],
  {
    stdio: 'inherit',
    env: { ...process.env, ...(browser ? { CHROMIUM_PATH: browser } : {}) },
  },
)
process.exitCode = isClean ? (status ?? 1) : 1

// Compiled code: the same search and the same installation as at a start.
async function findServer() {
  const { findOrInstallMysqld } = await import('../dist/src/mysql-server/install.js')
  const options = { override: CAFE_MYSQLD || undefined, dataDir: CAFE_DATA_DIR || '.data', say }
  try {
    const { family, version, path } = await findOrInstallMysqld(options)
    say(`Database server: ${family} ${version} (${path})`)
  } catch (error) {
    fail(error.message, error.details?.hint)
  }
}

// Without arguments every test runs; with some, a browser is wanted only if they may name one of its tests.
function needsBrowser() {
  const excluded = chosen.filter((_, i) => chosen[i - 1] === '--exclude')
  if (excluded.some((pattern) => pattern.startsWith('test/browser'))) return false
  const paths = chosen.filter((word) => !word.startsWith('-') && !excluded.includes(word))
  return (
    paths.length === 0 ||
    paths.some((path) => 'test/browser'.startsWith(path) || path.includes('browser'))
  )
}

async function findBrowser() {
  const known = browserHere()
  if (known) return known
  const { aptInstall, hasApt } = await import('../dist/src/mysql-server/apt.js')
  if (await hasApt()) {
    say('The browser tests need Chromium, and there is none here; installing the distribution’s.')
    await aptInstall([['chromium'], ['chromium-browser']], say)
  }
  return (
    browserHere() ??
    fail(
      'There is no Chromium for the browser tests.',
      [
        'Install one: sudo apt-get install -y chromium   (macOS: brew install --cask chromium)',
        'Or name one: CHROMIUM_PATH=/path/to/chrome npm test',
        'Or run the other tests: npm test -- --exclude "test/browser/**"',
      ].join('\n'),
    )
  )
}

function browserHere() {
  const { CHROMIUM_PATH, CHROMIUM } = process.env
  return [
    CHROMIUM_PATH,
    CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find(isExecutable)
}

function isExecutable(path) {
  if (!path) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
