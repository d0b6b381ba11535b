import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisFeedOptions, redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { waitingTimeOf } from '../support/ownTime.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation } from '../support/samples.js'
import { createFollowing, isComplete, learns } from './follow.js'

let redis: RedisServer
const following = createFollowing()
const closing: (() => unknown)[] = []
beforeAll(async () => {
  redis = await startRedis()
})
afterEach(async () => {
  await redis.kill('SIGCONT')
  await following.close()
  for (const close of closing.splice(0)) await close()
  await redis.restart()
})
afterAll(() => redis?.stop())

/** As patient as ioredis can be: it waits and queues for ever. */
const patientClient = () => {
  const client = new Redis(redis.port, '127.0.0.1', { maxRetriesPerRequest: null })
  client.on('error', () => {})
  closing.push(() => client.disconnect())
  return client
}

const ways: [string, () => RedisFeedOptions][] = [
  ['by address', () => ({ url: redis.url })],
  ["by the application's client", () => ({ client: patientClient() })],
]

describe.each(ways)('a feed %s', (_, optionsNow) => {
  for (const [state, signal] of [
    ['dead', 'SIGKILL'],
    ['frozen', 'SIGSTOP'],
  ] as const) {
    it(`fails soon, whatever is asked of a Redis that is ${state}`, async () => {
      const feed = redisFeed(optionsNow())
      closing.push(() => feed.close())
      await feed.publish([sampleRevocation('jti:J')])
      await redis.kill(signal)
      for (let i = 0; i < 3; i += 1) {
        const asked = [feed.publish([sampleRevocation('jti:K')]), feed.find(['jti:J'])]
        for (const each of asked) {
          expect(await waitingTimeOf(expect(each).rejects.toMatchObject(IN_TIME))).toBeLessThan(
            1_500,
          )
        }
      }
    })

    it(`fails soon when Redis was ${state} from the start, and closes soon`, async () => {
      await redis.kill(signal)
      const feed = redisFeed(optionsNow())
      const publishing = feed.publish([sampleRevocation('jti:K')])
      expect(await waitingTimeOf(expect(publishing).rejects.toMatchObject(IN_TIME))).toBeLessThan(
        1_500,
      )
      expect(await waitingTimeOf(feed.close())).toBeLessThan(500)
    })
  }

  it('drops a connection without answers, and continues on a new one', async () => {
    const ledger = memoryLedger()
    const options = optionsNow()
    const { feed, follower } = following.follow(options, {
      restore: () => ledger.read({ since: 0 }),
    })
    await isComplete(follower, 0)
    const readers = async () =>
      [...String(await redis.client.client('LIST')).matchAll(/^id=(\d+) .*cmd=xread/gm)].map(
        ([, id]) => id,
      )
    const before = await eventually(async () => {
      const ids = await readers()
      expect(ids).toHaveLength(1)
      return ids
    })
    const frozenAt = performance.now()
    await redis.kill('SIGSTOP')
    await expect(feed.refresh()).rejects.toMatchObject(IN_TIME)
    await expect(feed.publish([sampleRevocation('jti:K')])).rejects.toMatchObject(IN_TIME)
    await redis.kill('SIGCONT')
    await isComplete(follower, frozenAt + 1)
    await eventually(async () => expect(await readers()).toHaveLength(1))
    expect(await readers()).not.toEqual(before)
    await feed.publish([sampleRevocation('jti:L')])
    await learns(follower, 'jti:L')
  })
})

const IN_TIME = { code: expect.stringMatching(/^(?:timed-out|feed-failed)$/) }

describe('a feed over a Cluster in which no node answers', () => {
  it('fails soon', async () => {
    const client = new Cluster([{ host: '127.0.0.1', port: redis.port }], { lazyConnect: true })
    client.on('error', () => {})
    closing.push(() => client.disconnect())
    await redis.kill('SIGKILL')
    const feed = redisFeed({ client })
    closing.push(() => feed.close())
    const publishing = feed.publish([sampleRevocation('jti:K')])
    expect(await waitingTimeOf(expect(publishing).rejects.toMatchObject(IN_TIME))).toBeLessThan(
      1_500,
    )
  })
})
