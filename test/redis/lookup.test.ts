import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { createDenylistIndex } from '../../src/core/denylistIndex.js'
import type { Subject } from '../../src/core/revocation.js'
import { redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { createFollowing, isComplete } from './follow.js'

let redis: RedisServer
const following = createFollowing()
beforeAll(async () => {
  redis = await startRedis()
})
beforeEach(() => redis.client.flushall())
afterEach(() => following.close())
afterAll(() => redis?.stop())

/** A Redis that a process with an empty ledger has declared complete. */
const filled = async (prefix = 'revocation:') => {
  const { feed, follower } = following.follow(
    { url: redis.url, prefix },
    { restore: () => memoryLedger().read({ since: 0 }) },
  )
  await isComplete(follower, 0)
  return feed
}

describe('asking Redis about single subjects', () => {
  it('finds those that are in force, with scope, reason and expiry', async () => {
    const feed = await filled()
    const expiresAt = Date.now() + 90_000
    await feed.publish([
      sampleRevocation('jti:J', { expiresAt, reason: 'logout' }),
      sampleRevocation('user:users:a:b', { expiresAt, cutoff: 1_234 }),
    ])
    const found = await feed.find(['jti:J', 'sid:S', 'user:users:a:b', 'everyone'])
    expect(found).toEqual([
      expect.objectContaining({ scope: 'token', subject: 'jti:J', reason: 'logout' }),
      expect.objectContaining({ scope: 'user', subject: 'user:users:a:b', cutoff: 1_234 }),
    ])
    for (const each of found) expect(Math.abs(each.expiresAt - expiresAt)).toBeLessThan(500)
  })

  it('returns from when on a token is refused', async () => {
    const feed = await filled()
    const effectiveAt = Date.now() + 10_000
    await feed.publish([sampleRevocation('jti:J', { effectiveAt, reason: 'rotated' })])
    expect(await feed.find(['jti:J'])).toMatchObject([{ effectiveAt, reason: 'rotated' }])
  })

  it('needs no follower of the feed', async () => {
    const feed = await filled()
    await feed.publish([sampleRevocation('sid:S')])
    const asking = redisFeed({ url: redis.url })
    expect(await asking.find(['sid:S', 'sid:S'])).toHaveLength(1)
    await asking.close()
    await expect(asking.find(['sid:S'])).rejects.toMatchObject({ code: 'feed-closed' })
  })

  it('fails when Redis was never filled, and when it was flushed', async () => {
    const asking = redisFeed({ url: redis.url })
    await expect(asking.find(['jti:J'])).rejects.toMatchObject({ code: 'feed-incomplete' })
    await filled()
    expect(await asking.find(['jti:J'])).toEqual([])
    await following.close()
    await redis.client.flushall()
    await expect(asking.find(['jti:J'])).rejects.toMatchObject({ code: 'feed-incomplete' })
    await asking.close()
  })

  it('fails when a cut-off cannot be read', async () => {
    const feed = await filled()
    await redis.client.set('revocation:everyone', 'soon')
    await expect(feed.find(['everyone'])).rejects.toMatchObject({ code: 'feed-unreadable' })
  })

  it('gives the same verdict as the index, whatever was revoked', async () => {
    const now = Date.now()
    const subjects = fc.constantFrom<Subject>('jti:T', 'sid:A', 'sid:B', 'user:users:1', 'everyone')
    const revocations = fc.array(
      fc.record({
        subject: subjects,
        cutoff: fc.integer({ min: 1, max: 6 }),
        exceptSession: fc.option(fc.constantFrom('A', 'B c'), { nil: undefined }),
      }),
      { maxLength: 6 },
    )
    let run = 0
    const feed = await filled('p:')
    await feed.vouch(performance.now())
    expect(await redis.client.get('p:heartbeat')).toMatch(/^\d+ \S+$/)
    await fc.assert(
      fc.asyncProperty(revocations, async (all) => {
        run += 1
        // Other names in every run, so that none must be cleared.
        const named = (subject: Subject): Subject =>
          subject === 'everyone' ? `user:everyone:${run}` : `${subject}-${run}`
        const index = createDenylistIndex({ now: () => now })
        const made = all.map(({ subject, cutoff, exceptSession }) => {
          const isCutoff = subject.startsWith('user') || subject === 'everyone'
          const spared = exceptSession && `${exceptSession}-${run}`
          return sampleRevocation(named(subject), {
            now,
            ...(isCutoff && { cutoff: now + cutoff, ...(spared && { exceptSession: spared }) }),
          })
        })
        for (const each of made) {
          index.add(each)
          await feed.publish([each])
        }
        const tokens = ['T', 'U'].flatMap((id) =>
          ['A', 'B c', 'D'].flatMap((session) =>
            [0, 2, 4, 6, 7].map((after) =>
              sampleToken({
                ...{ id: `${id}-${run}`, session: `${session}-${run}`, userId: `1-${run}` },
                issuedAt: now + after,
              }),
            ),
          ),
        )
        // The same one for all, because the answer for another token must not be remembered.
        const strict = createDenylist({
          ...{ feed, isStrict: true, maxStalenessMs: 60_000, maxTokenLifetimeMs: 3_600_000 },
        })
        const verdicts = await Promise.all(
          tokens.map((token) =>
            // A busy machine may not answer in time.
            eventually(async () => {
              const { status } = await strict.judge(token)
              expect(status).not.toBe('unknown')
              return status
            }),
          ),
        )
        expect(verdicts).toEqual(tokens.map((each) => (index.find(each) ? 'revoked' : 'valid')))
      }),
      { numRuns: 60 },
    )
  })
})
