// Express as its first example shows it, sending one constant text.
import { readFileSync } from 'node:fs'
import express from 'express'

const { port, bodyFile } = JSON.parse(process.argv[2] ?? '') as { port: number; bodyFile: string }
const body = readFileSync(bodyFile, 'utf8')

const app = express()
app.get('/', (_req, res) => {
  res.type('html').send(body)
})
app.listen(port, '127.0.0.1')
