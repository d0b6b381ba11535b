/**
 * A server without Payload. It asks its own guard, over Redis, and answers `hello`. It prints its
 * address when it listens. The variables: PAYLOAD_SECRET, REDIS_URL, MAX_STALENESS.
 */
import { createServer } from 'node:http'
import { createGuard } from 'payload-jwt-revocation/next'
import { redisFeed } from 'payload-jwt-revocation/redis'

const guard = createGuard({
  feed: redisFeed({ url: process.env.REDIS_URL }),
  secret: process.env.PAYLOAD_SECRET,
  loginPath: '/login',
  maxStaleness: Number(process.env.MAX_STALENESS ?? 10),
})

const server = createServer(async ({ headers, method, url }, outgoing) => {
  const refusal = await guard(new Request(`http://${headers.host}${url}`, { method, headers }))
  const answer = refusal ?? new Response('hello')
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
  outgoing.end(await answer.text())
})

server.listen(0, '127.0.0.1', () => {
  console.log(`Listens on http://127.0.0.1:${server.address().port} …`)
})
