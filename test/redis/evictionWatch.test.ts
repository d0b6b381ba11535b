import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation } from '../support/samples.js'
import { createFollowing, isComplete } from './follow.js'

let redis: RedisServer
const following = createFollowing()
beforeAll(async () => {
  redis = await startRedis(['--maxmemory-policy', 'allkeys-lru'])
})
afterEach(() => following.close())
afterAll(() => redis?.stop())

describe('a Redis that may evict keys', () => {
  it('is reported once, with the name of the policy', async () => {
    const warnings: string[] = []
    const { feed, follower } = following.follow(
      { url: redis.url },
      {
        restore: () => memoryLedger().read({ since: 0 }),
        warn: (message) => warnings.push(message),
      },
    )
    await isComplete(follower, 0)
    await eventually(() => expect(warnings).toHaveLength(1))
    expect(warnings[0]).toContain('allkeys-lru')
    await feed.refresh()
    expect(warnings).toHaveLength(1)
  })

  it('is not asked about single subjects, because a missing key proves nothing', async () => {
    const { feed, follower } = following.follow(
      { url: redis.url },
      { restore: () => memoryLedger().read({ since: 0 }) },
    )
    await isComplete(follower, 0)
    await expect(feed.find(['jti:J'])).rejects.toMatchObject({ code: 'feed-incomplete' })
  })

  // The first one drops log and epoch as well, the second one only keys with a TTL.
  it.each(['allkeys-random', 'volatile-ttl'])('by %s gets back what it evicted', async (policy) => {
    await redis.client.config('SET', 'maxmemory-policy', policy)
    await redis.client.flushall()
    const ledger = memoryLedger()
    const revocations = Array.from({ length: 2_000 }, (_, i) => sampleRevocation(`jti:${i}`))
    await ledger.append(revocations)
    const restore = () => ledger.read({ since: 0 })
    const { follower } = following.follow({ url: redis.url }, { restore })
    await isComplete(follower, 0)
    const keys = revocations.map(({ subject }) => `revocation:${subject}`)
    expect(await redis.client.exists(...keys)).toBe(2_000)
    const info = await redis.client.info('memory')
    const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1])
    await redis.client.config('SET', 'maxmemory', used + 10_000)
    await eventually(async () => {
      await redis.client.append('other', 'x'.repeat(20_000)).catch(() => {})
      expect(await redis.client.exists(...keys)).toBeLessThan(2_000)
    })
    await redis.client.config('SET', 'maxmemory', 0)
    await eventually(async () => expect(await redis.client.exists(...keys)).toBe(2_000))
    await isComplete(follower, performance.now())
  })
})

describe('a Redis that evicts nothing', () => {
  it('is not reported', async () => {
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction')
    await redis.client.flushall()
    const warnings: string[] = []
    const { feed, follower } = following.follow(
      { url: redis.url },
      {
        restore: () => memoryLedger().read({ since: 0 }),
        warn: (message) => warnings.push(message),
      },
    )
    await isComplete(follower, 0)
    await feed.refresh()
    expect(warnings).toEqual([])
    expect(await feed.find(['jti:J'])).toEqual([])
  })
})
