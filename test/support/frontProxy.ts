import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OddAnswer {
  status: number
  body?: string
  headers?: Readonly<Record<string, string>>
}

export type FrontProxy = Awaited<ReturnType<typeof startFrontProxy>>

/** Stands between a browser and an app, and lets streams through as they come. */
export async function startFrontProxy(
  target: string,
  {
    instead,
    changeHeaders = (headers) => headers,
  }: {
    /** What it answers itself. */
    instead?: (incoming: IncomingMessage) => OddAnswer | undefined
    /** What the app gets to see of the headers of a request. */
    changeHeaders?: (
      headers: IncomingMessage['headers'],
      incoming: IncomingMessage,
    ) => IncomingMessage['headers']
  },
) {
  const { hostname, port } = new URL(target)

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, url: path } = incoming
    const headers = changeHeaders(incoming.headers, incoming)
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    sent.on('error', () => outgoing.destroy())
    outgoing.on('close', () => sent.destroy())
    incoming.pipe(sent)
  }

  const server = createServer((incoming, outgoing) => {
    const odd = instead?.(incoming)
    if (!odd) return forward(incoming, outgoing)
    outgoing.writeHead(odd.status, { 'Content-Type': 'text/html', ...odd.headers })
    outgoing.end(odd.body ?? '<!doctype html><title>Proxy</title><p>An answer of a proxy.</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo

  return {
    port: address.port,
    origin: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
