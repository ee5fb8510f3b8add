// npm run bench -- orders|menu [--json] [--profile]: measures the café against the least program that does the same, in
// one run on one database server. One line of JSON is the answer; the story goes to stderr.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../../src/paths.js'
import { measureMenu } from './menu.js'
import { measureOrders } from './orders.js'
import { Stage } from './stage.js'
import { tell, toTable } from './tell.js'

const measures = { orders: measureOrders, menu: measureMenu }

const usage = `Usage: npm run bench -- orders|menu [--json] [--profile]

  orders     placing orders, against bare node:http and mysql2 with the same SQL
  menu       the menu page, against Express sending a constant text of the same size
  --json     print the line of JSON alone
  --profile  leave CPU profiles of both programs in .data/profiles (and slow them down)

Exit code: 0 measured, 1 a request failed or an order is missing, 2 usage
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = readArguments()
  const [name] = positionals
  if (positionals.length !== 1 || (name !== 'orders' && name !== 'menu')) {
    process.stderr.write(usage)
    return 2
  }
  try {
    const result = await measure(name, values.profile)
    if (!values.json) process.stdout.write(toTable(result))
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return 0
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return 1
  }
}

async function measure(name: keyof typeof measures, withProfile: boolean): Promise<object> {
  const profiles = withProfile ? join(projectRoot, '.data/profiles') : undefined
  if (profiles !== undefined) await mkdir(profiles, { recursive: true })
  const stage = await Stage.open(profiles)
  const interrupt = () => void stage.close().then(() => process.exit(130))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    return await measures[name](stage)
  } finally {
    await stage.close()
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    })
  } catch {
    return { values: { json: false, profile: false }, positionals: [] } // an unknown option: the usage is the answer
  }
}
