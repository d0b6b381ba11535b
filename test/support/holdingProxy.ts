import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './until.js'

export type HoldingProxy = Awaited<ReturnType<typeof startHoldingProxy>>

/**
 * A proxy between a browser and an app. It holds requests that ask for it in their query until the
 * test releases them: with `late=request` before the app sees the request, with `late=answer` after
 * the app answered.
 */
export async function startHoldingProxy(target: string) {
  let held: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => void held.push(resolve))

  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const late = new URL(incoming.url ?? '/', target).searchParams.get('late')
    const body = await bodyOf(incoming)
    if (late === 'request') await hold()
    const { hostname, port } = new URL(target)
    const { method, url: path, headers } = incoming
    const sent = request({ hostname, port, method, path, headers }, async (answer) => {
      const content = await bodyOf(answer)
      if (late === 'answer') await hold()
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      outgoing.end(content)
    })
    sent.on('error', () => outgoing.destroy())
    sent.end(body)
  }

  const server = createServer((incoming, outgoing) => void forward(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    untilHeld: (count: number) => until(`${count} are held`, () => held.length === count),
    letGo() {
      for (const each of held) each()
      held = []
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
