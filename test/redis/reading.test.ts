import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { createFollowing, learns } from './follow.js'

let redis: RedisServer
const following = createFollowing()
beforeAll(async () => {
  redis = await startRedis()
})
beforeEach(() => redis.client.flushall())
afterEach(() => following.close())
afterAll(() => redis?.stop())

const scriptsRun = async () =>
  Number(/cmdstat_eval:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1] ?? 0)

describe('following the log', () => {
  it('hands over what comes as it comes, and looks for losses a few times a second', async () => {
    const { guard, send } = await following.twoProcesses({ url: redis.url })
    const [before, start] = [await scriptsRun(), performance.now()]
    for (let i = 0; i < 60; i += 1) {
      await send(`one-by-one-${i}`)
      await learns(guard.follower, `jti:one-by-one-${i}`)
    }
    const turns = (performance.now() - start) / 250 + 3
    // The look at the epoch is the one script, of each of the two followers.
    expect((await scriptsRun()) - before).toBeLessThanOrEqual(2 * turns)
  })
})
