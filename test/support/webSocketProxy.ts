import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { WebSocketServer } from 'ws'

/**
 * What stands between Neon's driver and PostgreSQL: each WebSocket becomes one connection to the
 * server's socket.
 */
export async function startWebSocketProxy(socket: string): Promise<{
  address: string
  stop(): void
}> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (client) => {
    const database = connect(socket)
    client.on('message', (data: Buffer) => database.write(data))
    client.on('close', () => database.end())
    database.on('data', (data) => client.send(data))
    database.on('error', () => client.close())
    database.on('close', () => client.close())
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    stop() {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}
