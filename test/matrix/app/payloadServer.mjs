/**
 * A Payload app over HTTP, without Next.js, and in plain JavaScript: every runtime starts it as it
 * is. It prints its address when it listens. The variables: DATABASE_URL, PAYLOAD_SECRET, REDIS_URL.
 */
import { createServer } from 'node:http'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, getPayload, handleEndpoints } from 'payload'
import { jwtRevocation } from 'payload-jwt-revocation'
import { redisFeed } from 'payload-jwt-revocation/redis'

const config = await buildConfig({
  secret: process.env.PAYLOAD_SECRET,
  telemetry: false,
  typescript: { autoGenerate: false },
  db: sqliteAdapter({ client: { url: process.env.DATABASE_URL } }),
  collections: [{ slug: 'users', auth: true, fields: [] }],
  plugins: [jwtRevocation({ feed: redisFeed({ url: process.env.REDIS_URL }) })],
})
await getPayload({ config })

const server = createServer(async (incoming, outgoing) => {
  const { headers, method, url } = incoming
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = method === 'GET' ? undefined : Buffer.concat(chunks)
  const request = new Request(`http://${headers.host}${url}`, { method, headers, body })
  const answer = await handleEndpoints({ config, request })
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
  outgoing.end(await answer.text())
})

server.listen(0, '127.0.0.1', () => {
  console.log(`Listens on http://127.0.0.1:${server.address().port} …`)
})
