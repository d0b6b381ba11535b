import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist, type DenylistOptions } from '../../src/core/denylist.js'
import { redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

let redis: RedisServer
const opened: Denylist[] = []
beforeAll(async () => {
  redis = await startRedis()
})
beforeEach(() => redis.client.flushall())
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()))
})
afterAll(() => redis?.stop())

const T = sampleToken({ id: 'T' })
const isAtRest = (...denylists: Denylist[]) =>
  eventually(() => expect(denylists.every(({ state }) => state.isAtRest)).toBe(true))

const open = (options: Partial<DenylistOptions> = {}) => {
  const denylist = createDenylist({
    ...{ feed: redisFeed({ url: redis.url }), maxTokenLifetimeMs: 7_200_000 },
    ...{ maxStalenessMs: 30_000, pollIntervalMs: 50, ...options },
  })
  opened.push(denylist)
  return denylist
}

/** A process that judged a token lately, and rests soon. */
async function resting(options: Partial<DenylistOptions> = {}) {
  const denylist = open({ restAfterMs: 1_000, ...options })
  await eventually(async () => expect((await denylist.judge(T)).status).toBe('valid'))
  await eventually(() => expect(denylist.state.isFeedWell).toBe(true))
  return denylist
}

/**
 * What a follower asks of Redis, by the server's own count, which includes the calls of scripts.
 */
const calls = async () => {
  const stats = await redis.client.info('commandstats')
  return ['eval', 'get', 'set', 'time', 'xrange', 'xread'].reduce(
    (sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
    0,
  )
}

/** The test asks with another command than the counted ones. */
const heartbeat = () => redis.client.getrange('revocation:heartbeat', 0, -1)

const untilNextHeartbeat = async () => {
  const before = await heartbeat()
  await eventually(async () => expect(await heartbeat()).not.toBe(before))
}

describe('an app at rest', () => {
  it('sends its heartbeat with two commands each', async () => {
    const app = await resting({ ledger: memoryLedger(), maxStalenessMs: 600 })
    await isAtRest(app)
    // The turn that was running is over by then.
    for (let i = 0; i < 5; i += 1) await untilNextHeartbeat()
    const before = await calls()
    for (let i = 0; i < 10; i += 1) await untilNextHeartbeat()
    expect((await calls()) - before).toBeLessThanOrEqual(2 * 11)
    expect(app.state.isAtRest).toBe(true)
  })

  it('stops reading and vouching if nobody relies on its heartbeat', async () => {
    const ledger = memoryLedger()
    const app = await resting({ ledger, isHeartbeatKept: false, maxStalenessMs: 600 })
    const control = await resting({ ledger: memoryLedger(), maxStalenessMs: 600 })
    await isAtRest(app, control)
    await eventually(() => expect(app.state.stalenessMs).toBeGreaterThan(1_000))
    const before = ledger.reads.length
    // Ten times as long as an app needs for one heartbeat.
    await eventually(() => expect(app.state.stalenessMs).toBeGreaterThan(4_000))
    expect(ledger.reads.length).toBe(before)
    expect(control.state.stalenessMs).toBeLessThan(4_000)
  })

  it('fills a Redis that was flushed', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:known')])
    const app = await resting({ ledger, maxStalenessMs: 600 })
    await isAtRest(app)
    await untilNextHeartbeat()
    await redis.client.flushall()
    await eventually(async () => expect(await redis.client.exists('revocation:jti:known')).toBe(1))
    await eventually(async () => expect(await heartbeat()).not.toBe(''))
  })

  it('fills a Redis that was restarted empty', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:known')])
    const app = await resting({ ledger, isHeartbeatKept: false })
    await isAtRest(app)
    await redis.restart()
    await eventually(async () => expect(await redis.client.exists('revocation:jti:known')).toBe(1))
  })

  it('keeps a guard fresh that follows only Redis', async () => {
    const app = await resting({ ledger: memoryLedger(), maxStalenessMs: 3_000 })
    const guard = open({ maxStalenessMs: 3_000 })
    await eventually(async () => expect((await guard.judge(T)).status).toBe('valid'))
    await isAtRest(app)
    for (let i = 0; i < 4; i += 1) {
      await untilNextHeartbeat()
      await eventually(async () => expect((await guard.judge(T)).status).toBe('valid'))
    }
    expect(app.state.isAtRest).toBe(true)
  })
})

describe('a guard at rest', () => {
  it('asks nothing, and catches up before its first answer afterwards', async () => {
    const ledger = memoryLedger()
    const app = await resting({ ledger, restAfterMs: undefined })
    const guard = await resting()
    await isAtRest(guard)
    await app.revoke([sampleRevocation('jti:T')])
    await eventually(() => expect(app.state.backlog).toBe(0))
    // The index alone would let it through, because it is within its bound.
    expect(guard.state.isFresh).toBe(true)
    expect((await guard.judge(T)).status).toBe('revoked')
  })
})
