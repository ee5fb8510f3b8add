// One keep-alive connection: sends a request, reads the answer by its Content-Length, counts the body without keeping it.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  bodyBytes: number
  /** '' without one. */
  location: string
}

const endOfHead = '\r\n\r\n'

export class Connection {
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  /** Of an answer whose head has not arrived whole. */
  private unread: Buffer | undefined
  private answer: Answer | undefined
  private bytesLeft = 0

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.read(chunk))
    socket.on('error', (error) => this.fail(error))
    socket.on('close', () => this.fail(new Error('the connection was closed')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Sends `head` and then `rest`, and returns the answer. One at a time. */
  ask(head: Buffer, rest: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
      if (rest === '') this.socket.write(head)
      else this.socket.write(Buffer.concat([head, Buffer.from(rest)]))
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private read(chunk: Buffer): void {
    if (this.answer) return this.count(chunk.length, this.answer)
    const bytes = this.unread ? Buffer.concat([this.unread, chunk]) : chunk
    const end = bytes.indexOf(endOfHead)
    this.unread = end < 0 ? bytes : undefined
    if (end < 0) return
    const head = bytes.toString('latin1', 0, end)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    if (length === undefined) return this.fail(new Error(`no Content-Length in ${head}`))
    this.answer = {
      status: Number(head.slice(9, 12)), // after "HTTP/1.1 "
      bodyBytes: Number(length),
      location: /\r\nlocation: ([^\r]*)/i.exec(head)?.[1] ?? '',
    }
    this.bytesLeft = this.answer.bodyBytes
    this.count(bytes.length - end - endOfHead.length, this.answer)
  }

  private count(bodyBytes: number, answer: Answer): void {
    this.bytesLeft -= bodyBytes
    if (this.bytesLeft < 0) return this.fail(new Error('the answer is longer than it says'))
    if (this.bytesLeft > 0) return
    this.answer = undefined
    const { waiting } = this
    this.waiting = undefined
    waiting?.resolve(answer)
  }

  private fail(error: Error): void {
    this.waiting?.reject(error)
    this.waiting = undefined
  }
}
