import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface Forwarder {
  readonly port: number
  readonly url: string
  /** Where new connections lead from now on. Open connections stay where they are. */
  leadTo(port: number): void
  stop(): Promise<void>
}

/**
 * Forwards TCP to servers, like the address of a managed service.
 *
 * @param rewrite changes a text that a client sends
 */
export async function startForwarder(
  firstPort: number,
  { rewrite }: { rewrite?: (text: string) => string } = {},
): Promise<Forwarder> {
  let target = firstPort
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
  }
  const server = createServer((incoming) => {
    const outgoing = connect(target, '127.0.0.1')
    keep(incoming, outgoing)
    keep(outgoing, incoming)
    outgoing.pipe(incoming)
    if (!rewrite) incoming.pipe(outgoing)
    else {
      incoming.setEncoding('latin1')
      incoming.on('data', (text) => outgoing.write(rewrite(String(text)), 'latin1'))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    leadTo(next) {
      target = next
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
