/** An application that vouches in Redis and tells its revocations over HTTP. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { getPayload, handleEndpoints } from 'payload'
import { payloadConfig } from '../app/payloadConfig.js'
import { builtPackage } from '../support/builtPackage.js'
import { answerMessages } from '../support/worker.js'

export interface FeedAppCommand {
  database: string
  redisUrl: string
  service: { id: string; secret: string }
}

/** The address of its feed, as soon as Redis holds everything. */
export interface FeedAppReady {
  url: string
}

answerMessages<FeedAppCommand>(async ({ database, redisUrl, service }): Promise<FeedAppReady> => {
  Object.assign(process.env, { NODE_ENV: 'test', PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' })
  const { jwtRevocation } = await builtPackage('plugin/jwtRevocation')
  const { redisFeed } = await builtPackage('redis/redisFeed')
  const { runtimeOf } = await builtPackage('plugin/runtime/runtimeOf')
  const plugin = jwtRevocation({
    feed: redisFeed({ url: redisUrl }),
    restAfter: false,
    services: [service],
  })
  const config = await payloadConfig({ variant: 'plugin', database, plugin })
  const payload = await getPayload({ config, key: database })
  await runtimeOf(payload).denylist.refresh()
  const redis = new Redis(redisUrl)
  while ((await redis.get('revocation:heartbeat')) === null) await pause(100)
  redis.disconnect()

  const server = createServer(async (incoming, outgoing) => {
    const headers = new Headers()
    for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, { headers })
    const answer = await handleEndpoints({ config, request, payloadInstanceCacheKey: database })
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/api/revocation/feed` }
})
