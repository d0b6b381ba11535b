import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latestExpiry, reachedLimit } from '../../src/core/sessionLimits.js'

const START = 1_700_000_000_000

describe('the limits of a session', () => {
  it('end nothing when there are none', () => {
    expect(reachedLimit({ issuedAt: 0, sessionStartedAt: 0 }, {}, START)).toBeUndefined()
    expect(latestExpiry({ issuedAt: 0, sessionStartedAt: 0 }, {})).toBe(Number.POSITIVE_INFINITY)
  })

  it('count from the login, however often it was refreshed', () => {
    const limits = { absoluteLifetimeMs: 1_000 }
    const token = { issuedAt: START + 999, sessionStartedAt: START }
    expect(reachedLimit(token, limits, START + 999)).toBeUndefined()
    expect(reachedLimit(token, limits, START + 1_000)).toBe('session-over')
  })

  it('count the idle time from the last refresh', () => {
    const limits = { idleTimeoutMs: 1_000 }
    const token = { issuedAt: START + 5_000, sessionStartedAt: START }
    expect(reachedLimit(token, limits, START + 5_999)).toBeUndefined()
    expect(reachedLimit(token, limits, START + 6_000)).toBe('idle')
  })

  it('are reached no earlier than the latest `exp`, and at most a second later', () => {
    const offset = fc.integer({ min: 0, max: 100_000 })
    const limit = fc.option(fc.integer({ min: 1_000, max: 200_000 }), { nil: undefined })
    fc.assert(
      fc.property(offset, limit, limit, (refreshed, absoluteLifetimeMs, idleTimeoutMs) => {
        const token = { issuedAt: START + refreshed, sessionStartedAt: START }
        const limits = { absoluteLifetimeMs, idleTimeoutMs }
        const end = latestExpiry(token, limits) * 1_000
        if (!Number.isFinite(end)) return
        expect(reachedLimit(token, limits, end - 1)).toBeUndefined()
        expect(reachedLimit(token, limits, end + 1_000)).toBeDefined()
      }),
    )
  })
})
