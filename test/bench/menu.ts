// The menu page against Express sending a constant text of the same size. What the café adds to that (the visitor's
// cookie and token, security headers, log, metrics) is what is measured.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Customer } from '../support/customer.js'
import type { LoadPlan } from './load.js'
import { rounded, runRounds } from './rounds.js'
import type { Stage } from './stage.js'

const connections = 32
const durationMs = 1200
/** Times the warm-up and the rounds, more than the 100,000 after which the café's memory is read. */
const requestsMin = 7000

export async function measureMenu(stage: Stage) {
  const cafe = await stage.startCafe()
  const page = await (await fetch(cafe.url)).text()
  const bodyFile = join(stage.folder, 'menu.html')
  await writeFile(bodyFile, page)
  const express = await stage.startBaseline('./baseline-menu.js', { bodyFile })
  const load = stage.startLoad()

  const bodyBytes = Buffer.byteLength(page)
  const plan = (url: string, cookies = ''): LoadPlan => ({
    port: Number(new URL(url).port),
    connections,
    durationMs,
    requestsMin,
    requests: [{ text: getRequest(url, cookies), hasFreshKey: false }],
    expected: { status: 200, ...(cookies === '' && { bodyBytes }) },
  })
  const { ours, baseline } = await runRounds(load, [
    { name: 'ours', program: cafe, plan: plan(cafe.url) },
    { name: 'baseline', program: express, plan: plan(express.url) },
  ])
  const { rssMb, rssPeakMb } = await cafe.usage()
  // Each of these asks the database for the basket; no baseline does, so they are told apart.
  const cookies = await returningVisitor(cafe.url)
  const { returning } = await runRounds(load, [
    { name: 'returning', program: cafe, plan: { ...plan(cafe.url, cookies), requestsMin: 0 } },
  ])
  return {
    measure: 'menu',
    ours: rounded(ours.perSecond),
    baseline: rounded(baseline.perSecond),
    ratio: rounded(ours.perSecond / baseline.perSecond, 3),
    required: 0.8,
    unit: 'requests/s',
    oursCpuUs: rounded(ours.cpuUs),
    baselineCpuUs: rounded(baseline.cpuUs),
    oursP50Ms: rounded(ours.p50Ms, 1),
    baselineP50Ms: rounded(baseline.p50Ms, 1),
    oursP99Ms: rounded(ours.p99Ms, 1),
    baselineP99Ms: rounded(baseline.p99Ms, 1),
    returningWithBasket: rounded(returning.perSecond),
    returningCpuUs: rounded(returning.cpuUs),
    bodyBytes,
    rssMb: rounded(rssMb),
    rssPeakMb: rounded(rssPeakMb),
    rssAfterRequests: ours.completed,
    rssAfterReturningMb: rounded((await cafe.usage()).rssMb),
    loadCpuUs: rounded(ours.loadCpuUs),
  }
}

/** The cookies of a visitor with something in the basket. */
async function returningVisitor(url: string): Promise<string> {
  const visitor = new Customer(url)
  await visitor.add(9, { options: { 2: [4] } })
  await visitor.add(1, { quantity: 2 })
  return visitor.cookies
}

function getRequest(url: string, cookies: string): string {
  const lines = [
    'GET / HTTP/1.1',
    `Host: ${new URL(url).host}`,
    'Accept: text/html',
    ...(cookies === '' ? [] : [`Cookie: ${cookies}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
