// Placing orders over HTTP against a bare program that runs the same SQL. Both databases are on one server and begin
// alike; afterwards every order that was acknowledged must be in them, and no other.
import { seedIfEmpty } from '../../prisma/seed/seed.js'
import { openDatabase, type Database } from '../../src/database/database.js'
import { databaseName } from '../../src/mysql-server/home.js'
import { migrate } from '../../src/database/migrations.js'
import { migrationsFolder } from '../../src/paths.js'
import { openSlot } from '../../src/pickup/queries.js'
import type { LoadPlan, PlannedRequest } from './load.js'
import { prepareOrderForms, type PreparedForms } from './order-forms.js'
import { rounded, runRounds } from './rounds.js'
import { type DatabaseAccess, poolSize, type Stage } from './stage.js'

const connections = 32
const durationMs = 3000
const budgetSeconds = 1_000_000 * 60

export async function measureOrders(stage: Stage) {
  const cafe = await stage.startCafe()
  const forms = await prepareOrderForms(cafe.url)
  const access = await stage.createDatabase('cafe_baseline')
  const baselineDb = openAccess(access)
  const cafeDb = openAccess(stage.access(databaseName))
  try {
    await prepareBaselineDatabase(baselineDb, forms.slots)
    const bare = await stage.startBaseline('./baseline-orders.js', {
      database: access,
      poolSize,
      asapSlot: forms.slots[0],
    })
    const load = stage.startLoad()
    const before = { ours: await countOrders(cafeDb), baseline: await countOrders(baselineDb) }
    const { ours, baseline } = await runRounds(load, [
      { name: 'ours', program: cafe, plan: planFor(cafe.url, forms) },
      { name: 'baseline', program: bare, plan: planFor(bare.url, forms) },
    ])
    await requireAllThere('café', cafeDb, before.ours + ours.completed)
    await requireAllThere('baseline', baselineDb, before.baseline + baseline.completed)
    const { rssMb } = await cafe.usage()
    return {
      measure: 'orders',
      ours: rounded(ours.perSecond),
      baseline: rounded(baseline.perSecond),
      ratio: rounded(ours.perSecond / baseline.perSecond, 3),
      required: 0.6,
      unit: 'orders/s',
      oursCpuUs: rounded(ours.cpuUs),
      baselineCpuUs: rounded(baseline.cpuUs),
      oursP50Ms: rounded(ours.p50Ms, 1),
      baselineP50Ms: rounded(baseline.p50Ms, 1),
      oursP99Ms: rounded(ours.p99Ms, 1),
      baselineP99Ms: rounded(baseline.p99Ms, 1),
      oursOrders: ours.completed,
      baselineOrders: baseline.completed,
      rssMb: rounded(rssMb),
      loadCpuUs: rounded(ours.loadCpuUs),
    }
  } finally {
    await baselineDb.close()
    await cafeDb.close()
  }
}

function openAccess({ user, password, ...address }: DatabaseAccess): Database {
  return openDatabase({ address, user, credentials: () => Promise.resolve({ password }) })
}

async function prepareBaselineDatabase(db: Database, slots: readonly string[]): Promise<void> {
  await migrate(db, migrationsFolder)
  await seedIfEmpty(db)
  for (const slot of slots) await openSlot(db, new Date(slot), budgetSeconds)
}

async function countOrders(db: Database): Promise<number> {
  const [row] = await db.rows<{ count: string }>('SELECT COUNT(*) AS count FROM `order`')
  return Number(row?.count)
}

async function requireAllThere(name: string, db: Database, expected: number): Promise<void> {
  const found = await countOrders(db)
  if (found !== expected) {
    throw new Error(`The ${name}'s database has ${found} orders; ${expected} were acknowledged`)
  }
}

function planFor(url: string, { forms }: PreparedForms): LoadPlan {
  const { host, port } = new URL(url)
  return {
    port: Number(port),
    connections,
    durationMs,
    requestsMin: 0,
    requests: forms.map((form) => postRequest(host, form)),
    expected: { status: 303, location: '^/orders/[\\w-]{22}$' },
  }
}

/** As a browser sends it, with the key as the last field: the load generator adds a fresh one each time. */
function postRequest(
  host: string,
  { cookies, body }: PreparedForms['forms'][number],
): PlannedRequest {
  const keyLength = 22
  const lines = [
    'POST /orders HTTP/1.1',
    `Host: ${host}`,
    `Origin: http://${host}`,
    'Sec-Fetch-Site: same-origin',
    'Accept: text/html',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body) + '&key='.length + keyLength}`,
    `Cookie: ${cookies}`,
  ]
  return { text: `${lines.join('\r\n')}\r\n\r\n${body}&key=`, hasFreshKey: true }
}
