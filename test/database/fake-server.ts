// A server on the wire for faults that a real one does not give on demand. It lets everybody in and answers as told.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import mysql from 'mysql2'
import type { Connection } from 'mysql2'

// mysql2's server side is not in its types.
export interface FakeConnection {
  serverHandshake(options: object): void
  writeOk(): void
  writeError(error: { code: number; message: string }): void
  writeColumns(columns: object[]): void
  writeTextRow(values: unknown[]): void
  on(event: string, listener: (...args: never[]) => void): void
  stream: { destroy(): void }
  sequenceId: number
  handlePacket(packet?: { sequenceId: number }): void
}

export interface FakeServer {
  port: number
  /** How many connections have been opened so far. */
  logins(): number
  close(): void
}

/** `answer` is called with every statement and must write an answer, or break the connection. */
export async function fakeServer(
  answer: (connection: FakeConnection, sql: string) => void,
  { statusFlags = 2 } = {},
): Promise<FakeServer> {
  let logins = 0
  const connections = new Set<FakeConnection>()
  const server = mysql.createServer((raw: Connection) => {
    const connection = raw as unknown as FakeConnection
    logins += 1
    connections.add(connection)
    // Every statement counts its packets from 0 again, which mysql2's server side leaves to us.
    const handlePacket = connection.handlePacket.bind(connection)
    connection.handlePacket = (packet) => {
      if (packet) connection.sequenceId = packet.sequenceId
      handlePacket(packet)
    }
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.4.0-fake',
      connectionId: logins,
      statusFlags,
      characterSet: 8,
      capabilityFlags: 0xffffff & ~0x0800 & ~0x0020, // neither TLS nor compression
    })
    connection.on('error', () => {})
    connection.on('query', (sql: string) => answer(connection, sql))
    connection.on('stmt_prepare', (sql: string) => answer(connection, sql)) // mysql2's name for a SET as well
    connection.on('quit', () => connection.stream.destroy())
  })
  ;(server as unknown as { listen(port: number, host: string): void }).listen(0, '127.0.0.1')
  const { _server: socket } = server as unknown as {
    _server: { address(): AddressInfo } & NodeJS.EventEmitter
  }
  if (socket.address() === null) await once(socket, 'listening')
  return {
    port: socket.address().port,
    logins: () => logins,
    close: () => {
      for (const connection of connections) connection.stream.destroy()
      server.close(() => {})
    },
  }
}
