import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JwtRevocationOptions } from '../../src/index.js'
import { runtimeOf } from '../../src/plugin/runtime/runtimeOf.js'
import { createApp } from './createApp.js'

/** The service of the tests that reads the feed. */
export const READER = { id: 'reader', secret: 'a-secret-of-the-reader-0123456789' }

/** An app that is asked over HTTP, on one port of the loopback interface. */
export async function createServedApp(plugin: JwtRevocationOptions = {}) {
  const app = await createApp({ plugin: { services: [READER], pollInterval: 0.1, ...plugin } })
  const requests: Request[] = []
  let server: Server | undefined
  let port = 0

  const answer = async (incoming: IncomingMessage, gone: AbortSignal): Promise<Response> => {
    const headers = new Headers()
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      ...{ headers, method: incoming.method ?? 'GET', signal: gone },
      ...(body.length > 0 && { body }),
    })
    requests.push(request)
    return app.send(request)
  }

  const start = async () => {
    server = createServer(async (incoming, outgoing) => {
      const gone = new AbortController()
      outgoing.on('close', () => gone.abort())
      const response = await answer(incoming, gone.signal)
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  const stop = async () => {
    const stopped = new Promise((resolve) => server?.close(resolve))
    server?.closeAllConnections()
    await stopped
  }

  await start()
  return {
    ...app,
    runtime: runtimeOf(app.payload),
    url: `http://127.0.0.1:${port}/api/revocation/feed`,
    /** Every request so far. */
    requests,
    start,
    stop,
    async close() {
      await stop()
      await app.close()
    },
  }
}
