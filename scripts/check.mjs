// npm run check: everything about the code that a tool can tell without running it. Every tool runs, also after one has
// complained: better one list than one surprise after another.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { installDependencies, requireNode, root, say } from './setup.mjs'

const tools = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['lint', 'eslint/bin/eslint.js', '.'],
  ['unused code and dependencies', 'knip/bin/knip.js', '--no-progress', '--no-config-hints'],
  [
    'import directions',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', '.dependency-cruiser.cjs', '--no-progress'],
    ...['src', 'scripts', 'prisma', 'test'],
  ],
]

/** Runs every tool. True when none had anything to say. */
export function check() {
  const failed = tools.filter(([name, program, ...args]) => {
    const startedAt = Date.now()
    say(`\n— ${name}`)
    const { status } = spawnSync(process.execPath, [`node_modules/${program}`, ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    say(`  ${status === 0 ? 'fine' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
    return status !== 0
  })
  if (failed.length > 0) {
    say(`\nFailed: ${failed.map(([name]) => name).join(', ')}`)
    say('npx prettier --write . and npx eslint --fix . put many of these right.')
  }
  return failed.length === 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode()
  installDependencies()
  build({ quiet: true }) // the types of the generated client are needed
  process.exitCode = check() ? 0 : 1
}
