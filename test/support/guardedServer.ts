/**
 * A server without Payload. It asks its own guard, over Redis, and answers `hello`. It prints its
 * address when it listens. The variables: REDIS_URL, MAX_STALENESS, PAYLOAD_SECRET.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from 'payload-jwt-revocation/next'
import { redisFeed } from 'payload-jwt-revocation/redis'

const guard = createGuard({
  feed: redisFeed({ url: process.env.REDIS_URL ?? '' }),
  secret: process.env.PAYLOAD_SECRET ?? '',
  loginPath: '/login',
  maxStaleness: Number(process.env.MAX_STALENESS),
})

const server = createServer(async (incoming, outgoing) => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const url = `http://${incoming.headers.host}${incoming.url}`
  const refusal = await guard(new Request(url, { method: incoming.method ?? 'GET', headers }))
  const answer = refusal ?? new Response('hello')
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
  outgoing.end(await answer.text())
})

server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
