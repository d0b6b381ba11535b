import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CLOCK_PATH } from '../settings.js'

/** Serves HTTP on a free port of the loopback interface, and prints the address. */
export function serve(answer: (request: Request) => Promise<Response>) {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const request = await requestFrom(incoming)
      const isForUs = new URL(request.url).pathname === CLOCK_PATH
      const response = await (isForUs ? setClock(request) : answer(request))
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    } catch (error) {
      console.error(error)
      outgoing.writeHead(500).end()
    }
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
}

async function setClock(request: Request): Promise<Response> {
  const { offsetMs } = (await request.json()) as { offsetMs: number }
  const preloaded = globalThis as unknown as Record<symbol, (offsetMs: number) => void>
  preloaded[Symbol.for('faults.setClockOffset')]?.(offsetMs)
  return new Response(String(Date.now()))
}

async function requestFrom(incoming: IncomingMessage): Promise<Request> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    headers,
    method: incoming.method ?? 'GET',
    ...(body.length > 0 && { body }),
  })
}
