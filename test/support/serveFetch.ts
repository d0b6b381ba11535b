import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server over the network whose answers a function makes. */
export async function serveFetch(handle: (request: Request) => Response | Promise<Response>) {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const answer = await handle(
      new Request(new URL(url, origin), {
        method,
        headers: incoming.headers as Record<string, string>,
        ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.concat(chunks) }),
      }),
    )
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
