// The least program that places these orders: node:http, mysql2's pool, and the café's own statements in the café's own
// order. It checks nothing and shows nothing.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { parse } from 'node:querystring'
import mysql, { type Pool, type PoolConnection } from 'mysql2'
import { removeStatement } from '../../src/basket/queries.js'
import { saleStatement } from '../../src/menu/queries.js'
import { byFormKeyStatement } from '../../src/orders/queries.js'
import { itemsStatement, optionsStatement, orderStatement } from '../../src/orders/write-order.js'
import { reserveStatement } from '../../src/pickup/queries.js'

interface Settings {
  port: number
  database: { socketPath: string; user: string; password: string; database: string }
  poolSize: number
  asapSlot: string
}

interface SaleRow {
  id: number
  product_name: string
  price: string
  prep_seconds: number
  option_id: number | null
  option_name: string
  option_price: string
  option_seconds: number
}

const { port, database, poolSize, asapSlot } = JSON.parse(process.argv[2] ?? '') as Settings
const pool = mysql.createPool({ ...database, connectionLimit: poolSize, timezone: 'Z' })

createServer((req, res) => {
  if (req.method !== 'POST') return res.end('ready')
  let body = ''
  req.setEncoding('utf8')
  req.on('data', (chunk: string) => (body += chunk))
  req.on('end', () => {
    const visitorId = /visitor=s%3A([\w-]{22})/.exec(req.headers.cookie ?? '')?.[1] ?? ''
    placeOrder(visitorId, parse(body)).then(
      (receiptId) =>
        res.writeHead(303, { Location: `/orders/${receiptId}`, 'Content-Length': 0 }).end(),
      (error: unknown) => res.writeHead(500).end(String(error)),
    )
  })
}).listen(port, '127.0.0.1')

async function placeOrder(visitorId: string, form: ReturnType<typeof parse>): Promise<string> {
  const lines = [form.line].flat().map((line) => {
    const [product = '', quantity = '', selection = ''] = (line ?? '').split('-')
    return { product: Number(product), quantity: Number(quantity), selection }
  })
  await query(pool, byFormKeyStatement, [form.key])
  const ids = [...new Set(lines.map((line) => line.product))]
  const sale = (await query(pool, saleStatement(ids.length), ids)) as SaleRow[]
  const priced = lines.map((line) => ({ ...line, ...price(line, sale) }))
  const cents = priced.reduce((sum, line) => sum + line.unitCents * line.quantity, 0)
  const work = priced.reduce((sum, line) => sum + line.workSeconds * line.quantity, 0)
  const slot = new Date(form.pickup === 'asap' ? asapSlot : String(form.pickup))
  const now = new Date()
  const receiptId = randomBytes(16).toString('base64url')
  const isAsap = form.pickup === 'asap'

  const connection = await take()
  try {
    await query(connection, 'BEGIN')
    await query(connection, reserveStatement, [work, slot, work])
    const { insertId } = (await query(connection, orderStatement, [
      ...[now, decimal(cents), form.key, receiptId, visitorId, now],
      ...[form.cup_name, form.note, isAsap, slot, work],
    ])) as { insertId: number }
    const items = priced.flatMap((line, index) => [
      ...[insertId, index + 1, line.product, line.name, decimal(line.unitCents), line.quantity],
      decimal(line.unitCents * line.quantity),
    ])
    await query(connection, itemsStatement(priced.length), items)
    const options = priced.flatMap((line, index) =>
      line.options.flatMap((row) => [
        ...[insertId, index + 1, row.option_id, row.option_name, row.option_price],
      ]),
    )
    if (options.length > 0) await query(connection, optionsStatement(options.length / 5), options)
    await query(connection, removeStatement(lines.length), [
      visitorId,
      ...lines.flatMap((line) => [line.product, line.selection, line.quantity]),
    ])
    await query(connection, 'COMMIT')
  } finally {
    connection.release()
  }
  return receiptId
}

function price(line: { product: number; selection: string }, sale: readonly SaleRow[]) {
  const rows = sale.filter((row) => row.id === line.product)
  const chosen = line.selection.split('.')
  const options = rows.filter((row) => chosen.includes(String(row.option_id)))
  const product = rows[0]
  if (!product) throw new Error(`There is no product ${line.product}`)
  return {
    name: product.product_name,
    options,
    unitCents: options.reduce(
      (sum, row) => sum + centsOf(row.option_price),
      centsOf(product.price),
    ),
    workSeconds: options.reduce((sum, row) => sum + row.option_seconds, product.prep_seconds),
  }
}

function centsOf(text: string): number {
  return Math.round(Number(text) * 100)
}

function decimal(cents: number): string {
  return (cents / 100).toFixed(2)
}

function query(on: Pool | PoolConnection, sql: string, values?: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    on.query(sql, values, (error, result) => (error ? reject(error) : resolve(result)))
  })
}

function take(): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)))
  })
}
