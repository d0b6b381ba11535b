import { createDenylist } from '../../src/core/denylist.js'
import type { Feed } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { redisFeed } from '../../src/redis/index.js'
import { memoryLedger } from './memoryLedger.js'
import { type RedisServer, startRedis } from './redisServer.js'
import { signToken } from './signToken.js'
import { until } from './until.js'

/** The application's side of a Redis: it records revocations, publishes them, and vouches. */
export interface PublishingApp {
  readonly redis: RedisServer
  /** A feed of another process. It is closed with the application. */
  feed(): Required<Omit<Feed, 'isOnDemand'>>
  revoke(...revocations: Revocation[]): Promise<void>
  /** Ends the application. Redis stays as it is. */
  leave(): Promise<void>
  stop(): Promise<void>
}

export async function startPublishingApp(): Promise<PublishingApp> {
  const redis = await startRedis()
  const feeds: Required<Omit<Feed, 'isOnDemand'>>[] = []
  const feed = () => {
    const made = redisFeed({ url: redis.url })
    feeds.push(made)
    return made
  }
  const limits = { maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000 }
  const denylist = createDenylist({ ...limits, ledger: memoryLedger(), feed: feed() })
  denylist.follow()
  await until(
    'Redis is filled',
    async () => (await redis.client.get('revocation:heartbeat')) !== null,
  )
  const leave = async () => {
    await denylist.close()
    await Promise.all(feeds.map((each) => each.close()))
  }
  return {
    redis,
    feed,
    revoke: (...revocations) => denylist.revoke(revocations),
    leave,
    async stop() {
      await leave()
      await redis.stop()
    },
  }
}

/** A token that Payload could have signed just now, with these claims. */
export function freshToken(claims: object = {}, signing: Parameters<typeof signToken>[1] = {}) {
  const now = Math.floor(Date.now() / 1_000)
  const names = { jti: uuidv7(Date.now()), sid: 'a-session' }
  const own = { id: 1, collection: 'users', ...names, iat: now, exp: now + 3_600, auth_time: now }
  return signToken({ ...own, ...claims }, signing)
}
