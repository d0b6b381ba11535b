import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startForwarder } from '../support/forwarder.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { createFollowing, isComplete, learns } from './follow.js'

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
  it('hands over what comes as it comes, and checks for losses a few times a second', async () => {
    const { guard, send } = await following.twoProcesses({ url: redis.url })
    const [before, start] = [await scriptsRun(), performance.now()]
    for (let i = 0; i < 60; i += 1) {
      await send(`one-by-one-${i}`)
      await learns(guard.follower, `jti:one-by-one-${i}`)
    }
    const turns = (performance.now() - start) / 250 + 3
    // The check of the epoch is the only script, for each of the two followers.
    expect((await scriptsRun()) - before).toBeLessThanOrEqual(2 * turns)
  })
})

describe('a busy log', () => {
  it('is read in batches, by one command each, and nothing is left out', async () => {
    const { guard, send, withLedger } = await following.twoProcesses({ url: redis.url })
    const readings = async () => (await callsOf('xread')) + (await callsOf('xrange'))
    const [before, start] = [await readings(), performance.now()]
    const sent: string[] = []
    while (performance.now() - start < 1_500 || sent.length < 100) {
      sent.push(`busy-${sent.length}`)
      await send(sent.at(-1) ?? '')
    }
    const seconds = (performance.now() - start) / 1_000
    // 13 batches a second, a few single readings before, and the checks at the end of each turn.
    expect((await readings()) - before).toBeLessThanOrEqual(2 * (20 + 30 * seconds))
    for (const { follower } of [guard, withLedger]) {
      await learns(follower, ...sent.map((jti) => `jti:${jti}`))
      expect(follower.learned).toHaveLength(sent.length)
    }
  })
})

/** How often a command was called since the server started. */
const callsOf = async (command: string) => {
  const stats = await redis.client.info('commandstats')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

/** Removes `BLOCK <ms>` from what a client sends, as a proxy does that does not know it. */
const withoutBlock = (text: string) =>
  text.replaceAll(
    /\*(\d+)\r\n(\$5\r\nxread\r\n(?:\$\d+\r\n[^\r]*\r\n)*?)\$5\r\nBLOCK\r\n\$\d+\r\n\d+\r\n/g,
    (_, count, start) => `*${Number(count) - 2}\r\n${start}`,
  )

describe('waiting for news', () => {
  it('costs less and less while there is none', async () => {
    const { guard, withLedger } = await following.twoProcesses({ url: redis.url })
    const settledAt = performance.now() + 1_000
    await Promise.all([
      isComplete(withLedger.follower, settledAt),
      isComplete(guard.follower, settledAt),
    ])
    const [before, start] = [await callsOf('xread'), performance.now()]
    await isComplete(guard.follower, start + 2_000)
    const seconds = (performance.now() - start) / 1_000
    // Each of them waits for a second. One more reading may begin and one may end in this time.
    expect((await callsOf('xread')) - before).toBeLessThanOrEqual(2 * (seconds + 2))
  })

  it('takes its time if a server or a proxy ignores `BLOCK`, and news comes soon', async () => {
    const forwarder = await startForwarder(redis.port, { rewrite: withoutBlock })
    try {
      const { guard, send } = await following.twoProcesses({ url: forwarder.url })
      const [before, start] = [await callsOf('xread'), performance.now()]
      await isComplete(guard.follower, start + 2_000)
      const seconds = (performance.now() - start) / 1_000
      const calls = (await callsOf('xread')) - before
      expect(calls).toBeGreaterThan(0)
      expect(calls).toBeLessThanOrEqual(2 * 5 * (seconds + 1))
      await send('news')
      await learns(guard.follower, 'jti:news')
    } finally {
      await following.close()
      await forwarder.stop()
    }
  })
})
