import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import type { Ledger } from '../../src/core/ports.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { redisFeed } from '../../src/redis/index.js'
import { revocationsIn } from '../../src/redis/packedEntry.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const HOUR_MS = 3_600_000

describe('what the ledger contains and the feed does not, because its sender died', () => {
  let redis: RedisServer
  const open: Denylist[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((denylist) => denylist.close()))
    await redis.client.flushall()
  })
  afterAll(() => redis.stop())

  const denylist = (ledger?: Ledger, pollIntervalMs = 20) => {
    const made = createDenylist({
      feed: redisFeed({ url: redis.url }),
      ledger,
      maxTokenLifetimeMs: 2 * HOUR_MS,
      maxStalenessMs: 10_000,
      pollIntervalMs,
    })
    open.push(made)
    return made
  }
  const statusOf = async (asked: Denylist, id: string) =>
    (await asked.judge(sampleToken({ id }))).status

  it('reaches a guard without a ledger through a process that reads the ledger', async () => {
    const ledger = memoryLedger()
    const [app, guard] = [denylist(ledger), denylist()]
    expect(await statusOf(app, 'orphan')).toBe('valid')
    await expect.poll(() => statusOf(guard, 'orphan')).toBe('valid')
    await ledger.append([sampleRevocation('jti:orphan')])
    await expect.poll(() => statusOf(guard, 'orphan')).toBe('revoked')
  })

  it('reaches it even from before the start of the only process with the ledger', async () => {
    const ledger = memoryLedger()
    const first = denylist(ledger)
    await statusOf(first, 'any')
    const guard = denylist()
    await expect.poll(() => statusOf(guard, 'orphan')).toBe('valid')
    await first.close()
    await ledger.append([sampleRevocation('jti:orphan')])
    expect(await statusOf(guard, 'orphan')).toBe('valid')
    await statusOf(denylist(ledger), 'any')
    await expect.poll(() => statusOf(guard, 'orphan')).toBe('revoked')
  })

  it('is vouched for as soon as a Redis that was slow at the start answers', async () => {
    const ledger = memoryLedger()
    const app = denylist(ledger, 3_600_000)
    await redis.kill('SIGSTOP')
    await ledger.append([sampleRevocation('jti:orphan')])
    expect(await statusOf(app, 'orphan')).toBe('revoked')
    expect(app.state.isFeedWell).not.toBe(true)
    await redis.kill('SIGCONT')
    const guard = denylist()
    await expect.poll(() => statusOf(guard, 'orphan')).toBe('revoked')
    await expect.poll(() => statusOf(guard, 'living')).toBe('valid')
  })

  it('is filled in once, if every process read the ledger while one was filling', async () => {
    const [memory, count, processes] = [memoryLedger(), 1_200, 3]
    const madeAt = Date.now() - 600_000
    await memory.append(
      Array.from({ length: count }, (_, i) =>
        sampleRevocation(`jti:${i}`, { id: uuidv7(madeAt + i) }),
      ),
    )
    let read = 0
    let told = () => {}
    const allTold = new Promise<void>((resolve) => {
      told = resolve
    })
    const ledger: Ledger = {
      ...memory,
      // Only what fills Redis reads without a signal.
      async *read(range) {
        if (!range.signal) await allTold
        yield* memory.read(range)
        if (range.signal) read += 1
        if (read === processes) told()
      },
    }
    const apps = Array.from({ length: processes }, () => denylist(ledger, 3_600_000))
    await Promise.all(apps.map((app) => statusOf(app, 'living')))
    const guard = denylist()
    await expect.poll(() => statusOf(guard, 'living')).toBe('valid')
    expect(await statusOf(guard, '7')).toBe('revoked')
    // Each process vouches once it has sent all that Redis may lack.
    const first = Number((await redis.client.get('revocation:heartbeat'))?.split(' ')[0])
    const latest = async () =>
      Number((await redis.client.get('revocation:heartbeat'))?.split(' ')[0])
    await Promise.all(apps.map((app) => app.refresh()))
    await expect.poll(latest).toBeGreaterThan(first)
    expect(apps.map(({ state }) => state.backlog)).toEqual(apps.map(() => 0))
    const entries = await redis.client.xrange('revocation:log', '-', '+')
    expect(entries.flatMap(([, fields]) => revocationsIn(fields) ?? [])).toHaveLength(count)
  })

  it('is vouched for by the filling itself', async () => {
    const memory = memoryLedger()
    await memory.append([sampleRevocation('jti:orphan')])
    const ledger: Ledger = {
      ...memory,
      // What fills Redis goes on, and no other reading ever ends.
      read: (range) => (range.signal ? never() : memory.read(range)),
    }
    denylist(ledger, 3_600_000).follow()
    const guard = denylist()
    await expect.poll(() => statusOf(guard, 'living')).toBe('valid')
    expect(await statusOf(guard, 'orphan')).toBe('revoked')
  })

  it('is vouched for at the end of a filling that took long, and not only at the next reading', async () => {
    const memory = memoryLedger()
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    let isEmptied = false
    const ledger: Ledger = {
      ...memory,
      // Only what fills Redis reads without a signal.
      async *read(range) {
        if (isEmptied && !range.signal) {
          begin()
          await ended
        }
        yield* memory.read(range)
      },
    }
    const app = denylist(ledger, 3_600_000)
    await statusOf(app, 'any')
    await expect.poll(() => app.state.isFeedWell).toBe(true)
    isEmptied = true
    await redis.client.flushall()
    await begun
    const clock = async () => {
      const [seconds, microseconds] = await redis.client.time()
      return Number(seconds) * 1_000 + Number(microseconds) / 1_000
    }
    const late = await clock()
    // A heartbeat counts in whole milliseconds.
    await expect.poll(clock).toBeGreaterThan(late + 2)
    end()
    await expect
      .poll(async () => Number((await redis.client.get('revocation:heartbeat'))?.split(' ')[0]))
      .toBeGreaterThan(late)
  })

  it('is reported when Redis lost it and was refilled', async () => {
    const ledger = memoryLedger()
    const app = denylist(ledger)
    await statusOf(app, 'any')
    await expect.poll(() => app.state.isFeedWell).toBe(true)
    expect(app.state.feedRenewedAt).toBeUndefined()
    await redis.client.flushall()
    await expect.poll(() => app.state.feedRenewedAt).toBeGreaterThan(0)
  })

  it('is trimmed by age if every process is strict and none follows', async () => {
    const ledger = memoryLedger()
    const strict = createDenylist({
      ...{ ledger, isStrict: true, maxStalenessMs: 10_000, maxTokenLifetimeMs: 2 * HOUR_MS },
      feed: redisFeed({ url: redis.url }),
    })
    open.push(strict)
    const longAgo = Date.now() - 3 * HOUR_MS
    for (let i = 0; i < 200; i += 1) {
      await redis.client.xadd('revocation:log', `${longAgo}-${i + 1}`, 'r', 'old')
    }
    await strict.revoke([sampleRevocation('jti:young')])
    await strict.revoke([sampleRevocation('jti:younger')])
    await expect.poll(() => redis.client.xlen('revocation:log')).toBeLessThan(150)
  })
})

async function* never(): AsyncIterable<[]> {
  await new Promise(() => {})
}
