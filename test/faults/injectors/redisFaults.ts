import { setTimeout as pause } from 'node:timers/promises'
import { type Inject, withoutRedis } from './injection.js'

const killRedis: Inject = async (system, { lastsMs }) => {
  await system.store.kill()
  await withoutRedis(system, () => pause(lastsMs))
  await system.store.restart()
}

export const redisFaults = {
  'redis-killed': killRedis,
  'redis-away': killRedis,

  async 'redis-frozen'(system, { lastsMs }) {
    await system.store.freeze()
    await withoutRedis(system, () => pause(lastsMs))
    await system.store.thaw()
  },

  async 'redis-flushed'({ store }) {
    await store.client.flushall()
  },

  async 'redis-rolled-back'({ store }, { lastsMs }) {
    await store.snapshot()
    await pause(lastsMs)
    await store.kill()
    await store.restart()
    store.forgetSnapshot()
  },

  async 'redis-reconfigured'({ store }, { lastsMs, force }) {
    await store.snapshot()
    await store.kill()
    await pause(lastsMs)
    await store.restart()
    store.forgetSnapshot()
    await store.client.config('SET', 'stream-node-max-entries', Math.round(10 + 90 * force))
  },

  async 'redis-evicting'({ store: { client } }, { lastsMs, force }) {
    const numberIn = async (section: string, name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(await client.info(section))?.[1])
    const evictedBefore = await numberIn('stats', 'evicted_keys')
    const fill = (n: number) =>
      // When nothing is left to evict, Redis refuses writes.
      client.set(`filler:${n}`, 'x'.repeat(10_000), 'PX', 1_500).catch(() => {})
    await Promise.all(Array.from({ length: 50 }, (_, n) => fill(n)))
    const used = await numberIn('memory', 'used_memory')
    const held = await numberIn('memory', 'used_memory_dataset')
    await client.config('SET', 'maxmemory-policy', force < 0.5 ? 'allkeys-lru' : 'allkeys-random')
    await client.config('SET', 'maxmemory', Math.round(used - held * (0.1 + 0.8 * force)))
    const until = performance.now() + lastsMs
    for (let n = 50; performance.now() < until; n += 1) await fill(n)
    await client.config('SET', 'maxmemory', 0)
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    if ((await numberIn('stats', 'evicted_keys')) === evictedBefore) {
      throw new Error('Redis evicted nothing')
    }
  },
} satisfies Record<string, Inject>
