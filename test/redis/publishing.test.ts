import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylistIndex } from '../../src/core/denylistIndex.js'
import type { Feed } from '../../src/core/ports.js'
import { redisFeed } from '../../src/redis/index.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { recordingFollower, sampleRevocation, sampleToken } from '../support/samples.js'

let redis: RedisServer
let feed: Feed
beforeAll(async () => {
  redis = await startRedis()
  feed = redisFeed({ url: redis.url })
})
afterAll(async () => {
  await feed?.close()
  await redis?.stop()
})
beforeEach(() => redis.client.flushall())

/** How many milliseconds the key lives longer than it should; negative when it is shorter. */
/** A key that was published after `since` may live longer only by the time to Redis and back. */
async function expectToEnd(key: string, { at, since }: { at: number; since: number }) {
  const excessMs = (await redis.client.pttl(key)) - (at - Date.now())
  expect(excessMs).toBeGreaterThanOrEqual(-1)
  expect(excessMs).toBeLessThanOrEqual(Date.now() - since + 1)
}

describe('the keys that any service may read', () => {
  it('name a token and a session, and contain the reason', async () => {
    await feed.publish([
      sampleRevocation('jti:J', { reason: 'logout' }),
      sampleRevocation('sid:S', { reason: 'reuse-detected' }),
    ])
    expect(await redis.client.get('revocation:jti:J')).toBe('logout')
    expect(await redis.client.get('revocation:sid:S')).toBe('reuse-detected')
  })

  it('contain from when on, if that is later, and the earliest effect and longest life count', async () => {
    const [soon, late] = [Date.now() + 10_000, Date.now() + 20_000]
    const [short, long] = [Date.now() + 100_000, Date.now() + 200_000]
    const steps = [
      [{ effectiveAt: late, expiresAt: short, reason: 'rotated' }, `rotated ${late}`, short],
      [{ effectiveAt: soon, expiresAt: short, reason: 'rotated' }, `rotated ${soon}`, short],
      [{ effectiveAt: late, expiresAt: long, reason: 'admin' }, `rotated ${soon}`, long],
      [{ expiresAt: short, reason: 'logout' }, 'logout', long],
      [{ effectiveAt: soon, expiresAt: long, reason: 'rotated' }, 'logout', long],
    ] as const
    const since = Date.now()
    for (const [revocation, value, at] of steps) {
      await feed.publish([sampleRevocation('jti:J', revocation)])
      expect(await redis.client.get('revocation:jti:J')).toBe(value)
      await expectToEnd('revocation:jti:J', { at, since })
    }
  })

  it('name a user and everyone, and contain the cut-off', async () => {
    await feed.publish([
      sampleRevocation('user:users:1', { cutoff: 1_700_000_000_123 }),
      sampleRevocation('everyone', { cutoff: 1_700_000_000_456 }),
    ])
    expect(await redis.client.get('revocation:user:users:1')).toBe('1700000000123')
    expect(await redis.client.get('revocation:everyone')).toBe('1700000000456')
  })

  it('contain which session a cut-off spares, percent-encoded, and the cut-off for that session', async () => {
    await feed.publish([sampleRevocation('user:users:1', { cutoff: 1_000 })])
    const exceptSession = 'a b:ü 3'
    await feed.publish([sampleRevocation('user:users:1', { cutoff: 2_000, exceptSession })])
    expect(await redis.client.get('revocation:user:users:1')).toBe(
      `2000 ${encodeURIComponent(exceptSession)} 1000`,
    )
  })

  it('begin with the chosen prefix, and with no other', async () => {
    const own = redisFeed({ url: redis.url, prefix: '{app}:' })
    await own.publish([sampleRevocation('jti:J'), sampleRevocation('everyone')])
    await own.close()
    const keys = await redis.client.keys('*')
    expect(keys.sort()).toEqual(['{app}:everyone', '{app}:jti:J', '{app}:log'])
  })

  it('live exactly as long as what they name, to a few milliseconds', async () => {
    const subjects = ['jti:J', 'sid:S', 'user:users:1', 'everyone'] as const
    const since = Date.now()
    const at = since + 123_456
    await feed.publish(subjects.map((subject) => sampleRevocation(subject, { expiresAt: at })))
    for (const subject of subjects) await expectToEnd(`revocation:${subject}`, { at, since })
  })

  it('never get a shorter life from a second revocation', async () => {
    const since = Date.now()
    const at = since + 200_000
    for (const subject of ['jti:J', 'sid:S', 'user:users:1', 'everyone'] as const) {
      await feed.publish([sampleRevocation(subject, { expiresAt: at })])
      await feed.publish([sampleRevocation(subject, { expiresAt: at - 150_000 })])
      await expectToEnd(`revocation:${subject}`, { at, since })
    }
  })

  it('get a longer life from a second revocation', async () => {
    const since = Date.now()
    const at = since + 200_000
    for (const subject of ['jti:J', 'user:users:1'] as const) {
      await feed.publish([sampleRevocation(subject, { expiresAt: at - 150_000 })])
      await feed.publish([sampleRevocation(subject, { expiresAt: at })])
      await expectToEnd(`revocation:${subject}`, { at, since })
    }
  })

  it('are gone when what they name has expired', async () => {
    const keys = ['revocation:jti:J', 'revocation:everyone']
    const soon = { expiresAt: Date.now() + 200 }
    await feed.publish([sampleRevocation('jti:J', soon), sampleRevocation('everyone', soon)])
    await expect.poll(() => redis.client.exists(...keys)).toBe(0)
    expect(Date.now()).toBeGreaterThanOrEqual(soon.expiresAt)
  })

  it('are not written for what has already expired', async () => {
    const now = Date.now()
    await feed.publish([sampleRevocation('jti:J', { now: now - 1_000, expiresAt: now - 1 })])
    expect(await redis.client.exists('revocation:jti:J')).toBe(0)
  })

  it('contain the strictest cut-off, as the index in memory does, in any order', async () => {
    const cutoffs = fc.array(
      fc.record({
        cutoff: fc.integer({ min: 1, max: 8 }),
        exceptSession: fc.option(fc.constantFrom('A', 'B', 'C'), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    const subject = 'user:users:1'
    const now = Date.now()
    await fc.assert(
      fc.asyncProperty(cutoffs, async (all) => {
        await redis.client.del(`revocation:${subject}`)
        const index = createDenylistIndex({ now: () => now })
        for (const { cutoff, exceptSession } of all) {
          const revocation = sampleRevocation(subject, {
            now,
            cutoff,
            ...(exceptSession && { exceptSession }),
          })
          index.add(revocation)
          await feed.publish([revocation])
        }
        const value = (await redis.client.get(`revocation:${subject}`)) ?? ''
        for (const session of ['A', 'B', 'C', 'D']) {
          for (let issuedAt = 1; issuedAt <= 9; issuedAt += 1) {
            const token = sampleToken({ session, issuedAt, userId: '1' })
            expect(isCutOffByValue(value, token)).toBe(index.find(token) !== undefined)
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})

/** What a service in another language would write from the description in `luaScripts.ts`. */
function isCutOffByValue(value: string, token: { session: string; issuedAt: number }): boolean {
  const [latest, spared, other] = value.split(' ')
  const isSpared = spared !== undefined && decodeURIComponent(spared) === token.session
  return token.issuedAt <= Number(isSpared ? other : latest)
}

describe('the log', () => {
  const entries = async () =>
    (await redis.client.xrange('revocation:log', '-', '+')).map(([, fields]) => fields)

  it('has one entry per revocation, with one short field that is readable in redis-cli', async () => {
    const full = sampleRevocation('user:users:1', {
      now: 1_700_000_000_000,
      cutoff: 1_700_000_005_000,
      exceptSession: 'S',
      expiresAt: Date.now() + 1_000,
      reason: 'password-changed',
    })
    const plain = sampleRevocation('jti:J', { reason: 'logout' })
    await feed.publish([full])
    await feed.publish([plain])
    expect(await entries()).toEqual([
      [
        'r',
        `user:users:1 ${full.expiresAt} 1700000000000 password-changed 1700000005000 S ${full.id}`,
      ],
      ['r', `jti:J ${plain.expiresAt} ${plain.revokedAt} logout - - ${plain.id}`],
    ])
  })

  it('is trimmed of what is older than revocations are kept, and of nothing younger', async () => {
    const retentionMs = 3_600_000
    const now = Date.now()
    const old = redis.client.pipeline()
    for (let i = 0; i < 1_000; i += 1)
      old.xadd('revocation:log', `${i + 1}-0`, 'subject', 'jti:old')
    for (let i = 0; i < 200; i += 1) {
      old.xadd('revocation:log', `${now - retentionMs + i}-0`, 'subject', 'jti:young')
    }
    await old.exec()
    const trimming = redisFeed({ url: redis.url })
    trimming.follow(recordingFollower({ retention: retentionMs / 1_000 }))
    await trimming.publish([sampleRevocation('jti:first')])
    // By now it knows the clock of Redis, which dates the entries.
    await trimming.publish([sampleRevocation('jti:new')])
    await trimming.close()
    const subjects = (await entries()).map(([name, value = '']) =>
      name === 'r' ? value.split(' ')[0] : value,
    )
    const count = (subject: string) => subjects.filter((each) => each === subject).length
    // Redis trims whole nodes, of 100 entries by default.
    expect(count('jti:old')).toBeLessThan(100)
    expect(count('jti:young')).toBe(200)
    expect(count('jti:new')).toBe(1)
  })

  it('is not trimmed by a process that does not know how long revocations are kept', async () => {
    for (let i = 1; i <= 300; i += 1) await redis.client.xadd('revocation:log', `${i}-0`, 'a', 'b')
    await feed.publish([sampleRevocation('jti:new')])
    expect(await redis.client.xlen('revocation:log')).toBe(301)
  })
})
