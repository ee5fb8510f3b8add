// npm start: from a fresh clone to a café that takes orders. Each step is skipped when its result is there already.
import { chdir } from 'node:process'
import { build } from './build.mjs'
import { installDependencies, requireNode, root } from './setup.mjs'

requireNode()
chdir(root)
installDependencies()
build()
// In this process: no child to forward signals to, and nothing left behind when it ends.
await import('../dist/src/server.js')
