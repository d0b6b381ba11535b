import { describe, expect, it, vi } from 'vitest'
import type { Denylist } from '../../src/core/denylist.js'
import { FEED_NEWS_MS } from '../../src/core/feedNews.js'
import type { Feed, Follower } from '../../src/core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../../src/core/revocation.js'
import { denylistsOnFakeTime } from '../support/denylistsOnFakeTime.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const LIFETIME_MS = 3_600_000
const MAX_STALENESS_MS = 10_000

/** A feed that hands over what the test sends. */
function testFeed() {
  const state = {
    published: [] as Revocation[],
    vouchedFor: [] as number[],
    isRefusing: false,
    isRefreshing: false,
    follower: undefined as Follower | undefined,
  }
  const feed: Feed = {
    async publish(revocations) {
      if (state.isRefusing) throw new Error('refused')
      state.published.push(...revocations)
    },
    async vouch(asOf) {
      state.vouchedFor.push(asOf)
    },
    follow(follower) {
      state.follower = follower
    },
    async refresh() {
      if (state.isRefreshing) state.follower?.complete(performance.now(), performance.now())
      else throw new Error('out of reach')
    },
    close: async () => {},
  }
  return { feed, state }
}

const newLedger = () => memoryLedger({ now: () => Date.now() })

const open = denylistsOnFakeTime({
  maxTokenLifetimeMs: LIFETIME_MS,
  maxStalenessMs: MAX_STALENESS_MS,
})

/** A process that has read its feed, so that it knows what the feed lacks. */
async function openOnReadFeed() {
  const [{ feed, state }, ledger] = [testFeed(), newLedger()]
  state.isRefreshing = true
  const denylist = open({ feed, ledger })
  await settled(denylist.judge(TOKEN()))
  return { denylist, ledger, state }
}

/** Lets time pass until the ledger has told of it, and no longer. */
async function refusedBy(denylist: Denylist) {
  while (denylist.verdict(TOKEN()).status !== 'revoked') await vi.advanceTimersByTimeAsync(1)
}

const TOKEN = () => sampleToken({ id: 'T', session: 'S' })

const settled = async <Value>(work: Promise<Value>, ms = 10_000): Promise<Value> => {
  work.catch(() => {})
  await vi.advanceTimersByTimeAsync(ms)
  return work
}

describe('the verdict', () => {
  it('is unknown before anything has been read', () => {
    const denylist = open({ ledger: newLedger() })
    expect(denylist.verdict(TOKEN()).status).toBe('unknown')
    expect(denylist.state.stalenessMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('is valid for a token that nothing revokes, once the ledger has been read', async () => {
    const denylist = open({ ledger: newLedger() })
    expect((await settled(denylist.judge(TOKEN()), 1)).status).toBe('valid')
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
  })

  it('is revoked, with the revocation, for what the ledger contains', async () => {
    const ledger = newLedger()
    await ledger.append([sampleRevocation('sid:S')])
    const verdict = await settled(open({ ledger }).judge(TOKEN()), 1)
    expect(verdict).toEqual({ status: 'revoked', by: { scope: 'session', subject: 'sid:S' } })
  })

  it('becomes unknown when the index has been stale for too long, and then valid again', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger })
    await settled(denylist.judge(TOKEN()), 1)
    ledger.trouble = new Error('no')
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS - 10)
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
    await vi.advanceTimersByTimeAsync(20)
    const verdict = denylist.verdict(TOKEN())
    expect(verdict.status).toBe('unknown')
    expect(verdict).toMatchObject({ stalenessMs: denylist.state.stalenessMs })
    expect(denylist.state.stalenessMs).toBeGreaterThan(MAX_STALENESS_MS)
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(1_000)
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
    expect(denylist.state.stalenessMs).toBeLessThanOrEqual(1_000)
  })

  it('stays revoked however stale the index is', async () => {
    const ledger = newLedger()
    await ledger.append([sampleRevocation('jti:T')])
    const denylist = open({ ledger })
    await settled(denylist.judge(TOKEN()), 1)
    ledger.trouble = new Error('no')
    await vi.advanceTimersByTimeAsync(10 * MAX_STALENESS_MS)
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
  })

  it('leaves an expired token to its own `exp`, even when it is revoked', async () => {
    const ledger = newLedger()
    await ledger.append([sampleRevocation('jti:T')])
    const denylist = open({ ledger })
    const token = { ...TOKEN(), expiresAt: Date.now() + 1_000 }
    expect((await settled(denylist.judge(token), 999)).status).toBe('revoked')
    await vi.advanceTimersByTimeAsync(1)
    expect(denylist.verdict(token)).toEqual({ status: 'valid' })
  })

  it('is `session-over` or `idle` for a token whose session reached a limit', async () => {
    const limited = open({
      ledger: newLedger(),
      sessionLimits: { absoluteLifetimeMs: 60_000, idleTimeoutMs: 10_000 },
    })
    const unlimited = open({ ledger: newLedger() })
    await settled(limited.judge(TOKEN()), 1)
    await settled(unlimited.judge(TOKEN()), 1)
    const now = Date.now()
    const cases = [
      [{ issuedAt: now - 9_999, sessionStartedAt: now - 59_999 }, undefined],
      [{ issuedAt: now - 10_000, sessionStartedAt: now - 59_999 }, 'idle'],
      [{ issuedAt: now, sessionStartedAt: now - 60_000 }, 'session-over'],
    ] as const
    for (const [times, by] of cases) {
      const token = { ...TOKEN(), ...times }
      expect(unlimited.verdict(token)).toEqual({ status: 'valid' })
      expect(limited.verdict(token)).toEqual(by ? { status: 'revoked', by } : { status: 'valid' })
    }
  })

  it('is `too-old` for a token that was issued before the oldest revocations that are kept', async () => {
    const denylist = open({ ledger: newLedger() })
    const age = LIFETIME_MS + CLOCK_TOLERANCE_MS
    const token = { ...TOKEN(), expiresAt: Number.POSITIVE_INFINITY }
    await settled(denylist.judge(token), 1)
    const now = Date.now()
    expect(denylist.verdict({ ...token, issuedAt: now - age }).status).toBe('valid')
    expect(denylist.verdict({ ...token, issuedAt: now - age - 1 })).toEqual({
      status: 'revoked',
      by: 'too-old',
    })
    expect(denylist.verdict({ ...token, issuedAt: 0 })).toEqual({
      status: 'revoked',
      by: 'too-old',
    })
  })

  it('is `too-old` when an unusual lifetime hides the age of the token', async () => {
    const denylist = open({ ledger: newLedger() })
    await settled(denylist.judge(TOKEN()), 1)
    const at = (ms: number) =>
      ({ ...TOKEN(), issuedAt: Date.now() + ms, isAgeInferred: true }) as const
    expect(denylist.verdict(at(2 * CLOCK_TOLERANCE_MS)).status).toBe('valid')
    expect(denylist.verdict(at(3 * CLOCK_TOLERANCE_MS))).toMatchObject({ by: 'too-old' })
    const told = { ...TOKEN(), issuedAt: Date.now() + 3 * CLOCK_TOLERANCE_MS }
    expect(denylist.verdict(told).status).toBe('valid')
  })
})

describe('judge', () => {
  it('catches up first when the index is too stale', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger, pollIntervalMs: 3_600_000 })
    await settled(denylist.judge(TOKEN()), 1)
    await ledger.append([sampleRevocation('jti:T')])
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS + 1)
    expect(denylist.verdict(TOKEN()).status).toBe('unknown')
    expect((await settled(denylist.judge(TOKEN()), 1)).status).toBe('revoked')
  })

  it('does not read while the index is fresh', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger, pollIntervalMs: 3_600_000 })
    await settled(denylist.judge(TOKEN()), 1)
    const { length } = ledger.reads
    await Promise.all(Array.from({ length: 100 }, () => denylist.judge(TOKEN())))
    expect(ledger.reads).toHaveLength(length)
  })

  it('reads once for a hundred requests at the same time', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger })
    const all = Promise.all(Array.from({ length: 100 }, () => denylist.judge(TOKEN())))
    expect((await settled(all, 1)).every(({ status }) => status === 'valid')).toBe(true)
    expect(ledger.reads).toHaveLength(1)
  })

  it('answers unknown at once when the ledger fails', async () => {
    const ledger = newLedger()
    ledger.trouble = new Error('no')
    const verdict = await settled(open({ ledger }).judge(TOKEN()), 1)
    expect(verdict).toEqual({ status: 'unknown', stalenessMs: Number.POSITIVE_INFINITY })
  })

  it('answers unknown after two seconds when the ledger hangs', async () => {
    const ledger = newLedger()
    ledger.trouble = 'hangs'
    const start = Date.now()
    const judging = open({ ledger })
      .judge(TOKEN())
      .then(({ status }) => ({ status, ms: Date.now() - start }))
    const { status, ms } = await settled(judging)
    expect(status).toBe('unknown')
    expect(ms).toBeLessThanOrEqual(2_001)
  })
})

describe('revoke', () => {
  it('is durable in the ledger and refuses here at once', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger })
    const revocation = sampleRevocation('jti:T')
    await denylist.revoke([revocation])
    expect([...ledger.rows.values()]).toEqual([revocation])
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
    expect(denylist.state.size.token).toBe(1)
  })

  it('rejects when the ledger fails, and claims nothing then', async () => {
    const ledger = newLedger()
    const { feed, state } = testFeed()
    const denylist = open({ feed, ledger })
    await settled(denylist.judge(TOKEN()), 1)
    ledger.trouble = new Error('disk full')
    await expect(denylist.revoke([sampleRevocation('jti:T')])).rejects.toThrow('disk full')
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
    expect(state.published).toEqual([])
  })

  it('fails in a process without a ledger', async () => {
    const denylist = open({ feed: testFeed().feed })
    await expect(denylist.revoke([sampleRevocation('jti:T')])).rejects.toMatchObject({
      code: 'ledger-unavailable',
    })
    expect(() => denylist.record([sampleRevocation('jti:T')], {})).toThrow(
      expect.objectContaining({ code: 'ledger-unavailable' }),
    )
  })

  it('sends what is recorded', async () => {
    const { feed, state } = testFeed()
    const revocation = sampleRevocation('jti:T')
    await open({ feed, ledger: newLedger() }).revoke([revocation])
    expect(state.published).toEqual([revocation])
  })

  it('succeeds when the feed fails, and sends when the feed works again', async () => {
    const { feed, state } = testFeed()
    state.isRefusing = true
    const denylist = open({ feed, ledger: newLedger() })
    await denylist.revoke([sampleRevocation('jti:T')])
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
    state.isRefusing = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(state.published).toHaveLength(1)
  })

  it('is known to every process on the same ledger within one interval', async () => {
    const ledger = newLedger()
    const [one, other] = [open({ ledger }), open({ ledger })]
    const token = TOKEN()
    await settled(Promise.all([one.judge(token), other.judge(token)]), 500)
    await one.revoke([sampleRevocation('user:users:1')])
    expect(other.verdict(token).status).toBe('valid')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(other.verdict(token).status).toBe('revoked')
  })
})

describe('record', () => {
  it('does not refuse before it is announced', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger, pollIntervalMs: 3_600_000 })
    await settled(denylist.judge(TOKEN()), 1)
    const revocation = sampleRevocation('jti:T')
    await denylist.record([revocation], {})
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
    await denylist.announce([revocation])
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
  })
})

describe('a process with a ledger and a feed', () => {
  it('refuses what it learns from the feed before it reads it in the ledger', async () => {
    const { feed, state } = testFeed()
    const denylist = open({ feed, ledger: newLedger() })
    await settled(denylist.judge(TOKEN()), 1)
    state.follower?.learn([sampleRevocation('jti:T')])
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
  })

  it('does not trust the feed for completeness: only a reading of the ledger counts', async () => {
    const ledger = newLedger()
    ledger.trouble = new Error('no')
    const { feed, state } = testFeed()
    state.isRefreshing = true
    const denylist = open({ feed, ledger })
    expect((await settled(denylist.judge(TOKEN()), 1)).status).toBe('unknown')
    state.follower?.complete(performance.now(), performance.now())
    expect(denylist.verdict(TOKEN()).status).toBe('unknown')
  })

  it('stays fresh when only the feed fails', async () => {
    const { feed, state } = testFeed()
    const denylist = open({ feed, ledger: newLedger() })
    await settled(denylist.judge(TOKEN()), 1)
    state.follower?.report(new Error('gone'))
    await vi.advanceTimersByTimeAsync(5 * MAX_STALENESS_MS)
    expect(denylist.verdict(TOKEN()).status).toBe('valid')
  })

  it('offers everything in the ledger to the feed, for a refill', async () => {
    const ledger = newLedger()
    await ledger.append([sampleRevocation('jti:T', { revokedAt: 1 })])
    const { feed, state } = testFeed()
    await settled(open({ feed, ledger }).judge(TOKEN()), 1)
    const offered: string[] = []
    for await (const page of state.follower?.restore?.() ?? []) {
      offered.push(...page.map(({ subject }) => subject))
    }
    expect(offered).toEqual(['jti:T'])
  })

  it('sends what only the ledger holds, and does not vouch before', async () => {
    const { denylist, ledger, state } = await openOnReadFeed()
    await ledger.append([sampleRevocation('jti:T')])
    await refusedBy(denylist)
    const vouches = state.vouchedFor.length
    expect(state.published).toEqual([])
    await vi.advanceTimersByTimeAsync(FEED_NEWS_MS)
    expect(state.published.map(({ subject }) => subject)).toEqual(['jti:T'])
    expect(state.vouchedFor).toHaveLength(vouches + 1)
  })

  it('sends nothing that the feed brings a moment after the ledger', async () => {
    const { denylist, ledger, state } = await openOnReadFeed()
    const news = sampleRevocation('jti:T')
    await ledger.append([news])
    await refusedBy(denylist)
    const vouches = state.vouchedFor.length
    await vi.advanceTimersByTimeAsync(FEED_NEWS_MS - 1)
    state.follower?.learn([news])
    await vi.advanceTimersByTimeAsync(1)
    expect(state.published).toEqual([])
    expect(state.vouchedFor).toHaveLength(vouches + 1)
  })
})

describe('a process with only a feed', () => {
  it('is as fresh as its feed is complete', async () => {
    const { feed, state } = testFeed()
    const denylist = open({ feed })
    expect((await settled(denylist.judge(TOKEN()), 1)).status).toBe('unknown')
    state.isRefreshing = true
    expect((await settled(denylist.judge(TOKEN()), 1)).status).toBe('valid')
    expect(state.follower?.restore).toBeUndefined()
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS + 1)
    expect(denylist.verdict(TOKEN()).status).toBe('unknown')
  })
})

describe('the life of a denylist', () => {
  it('connects to nothing before the first question', async () => {
    const ledger = newLedger()
    const { feed, state } = testFeed()
    open({ feed, ledger })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ledger.reads).toEqual([])
    expect(state.follower).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is empty again when everything has expired', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger })
    const soon = { expiresAt: Date.now() + 5_000, revokedAt: 0, cutoff: 0 }
    const count = 30_000
    await denylist.revoke([
      ...Array.from({ length: count }, (_, i) => sampleRevocation(`jti:${i}`, soon)),
      sampleRevocation('everyone', soon),
      sampleRevocation('user:users:1', soon),
      sampleRevocation('sid:S', soon),
    ])
    expect(denylist.state.size).toEqual({ token: count, session: 1, user: 1, everyone: 1 })
    await vi.advanceTimersByTimeAsync(25_000)
    expect(denylist.state.size).toEqual({ token: 0, session: 0, user: 0, everyone: 0 })
  })

  it('can be closed while the ledger hangs', async () => {
    const ledger = newLedger()
    ledger.trouble = 'hangs'
    const denylist = open({ ledger })
    await settled(denylist.judge(TOKEN()))
    const start = Date.now()
    const closing = denylist.close().then(() => Date.now() - start)
    expect(await settled(closing)).toBeLessThanOrEqual(2_000)
  })

  it('leaves no timer when it is closed', async () => {
    const denylist = open({ feed: testFeed().feed, ledger: newLedger() })
    await settled(denylist.judge(TOKEN()), 1_500)
    await denylist.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('starts nothing when it is first asked after it was closed', async () => {
    const ledger = newLedger()
    const denylist = open({ ledger })
    await denylist.close()
    expect((await settled(denylist.judge(TOKEN()))).status).toBe('unknown')
    expect(ledger.reads).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('logs once that a source is lost and the denylist stale, and once that they are back', async () => {
    const ledger = newLedger()
    const lines: string[] = []
    const logger = {
      error: () => void lines.push('error'),
      warn: () => void lines.push('warn'),
      info: () => void lines.push('info'),
    }
    const denylist = open({ ledger, logger })
    ledger.trouble = new Error('no')
    await settled(denylist.judge(TOKEN()))
    await settled(denylist.judge(TOKEN()))
    expect(lines).toEqual(['warn', 'error'])
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(10_000)
    await settled(denylist.judge(TOKEN()))
    await settled(denylist.judge(TOKEN()))
    expect(lines).toEqual(['warn', 'error', 'info', 'info'])
  })
})
