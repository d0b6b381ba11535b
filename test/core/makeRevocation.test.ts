import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDenylistIndex } from '../../src/core/denylistIndex.js'
import {
  sessionRevocation,
  tokenRevocation,
  userRevocation,
} from '../../src/core/makeRevocation.js'
import { CLOCK_TOLERANCE_MS, scopeOf } from '../../src/core/revocation.js'
import { uuidv7Time } from '../../src/core/uuidv7.js'
import { sampleToken } from '../support/samples.js'

const now = 1_700_000_000_000
const maxTokenLifetimeMs = 7_200_000
const circumstances = { reason: 'admin', now, maxTokenLifetimeMs } as const

describe('a revocation', () => {
  it('is kept until a clock that is behind no longer accepts its token', () => {
    const token = sampleToken({ now, expiresAt: now + 1_000 })
    expect(tokenRevocation(token, circumstances).expiresAt).toBe(now + 1_000 + CLOCK_TOLERANCE_MS)
  })

  it('of a token that never expires is forgotten when the token is too old to be accepted', () => {
    const token = sampleToken({ now, expiresAt: Number.POSITIVE_INFINITY })
    const { expiresAt } = tokenRevocation(token, circumstances)
    expect(expiresAt).toBe(now + maxTokenLifetimeMs + 2 * CLOCK_TOLERANCE_MS)
  })

  it('of a session outlives a token that was refreshed just now', () => {
    const { expiresAt } = sessionRevocation('S', circumstances)
    expect(expiresAt).toBeGreaterThanOrEqual(now + maxTokenLifetimeMs + CLOCK_TOLERANCE_MS)
  })

  it('of a user outlives the youngest token that it ends', () => {
    const user = { collection: 'users', id: 1, cutoff: now + CLOCK_TOLERANCE_MS }
    const { cutoff, expiresAt } = userRevocation(user, circumstances)
    expect(expiresAt).toBeGreaterThanOrEqual(
      (cutoff ?? 0) + maxTokenLifetimeMs + CLOCK_TOLERANCE_MS,
    )
  })

  it('finds the token that it was made for, until that token is refused anyway', () => {
    const times = fc.integer({ min: 0, max: 2 * maxTokenLifetimeMs })
    fc.assert(
      fc.property(times, times, (age, life) => {
        const token = sampleToken({ issuedAt: now - age, expiresAt: now - age + life })
        let clock = now
        const index = createDenylistIndex({ now: () => clock })
        index.add(tokenRevocation(token, circumstances))
        const lastUse = Math.min(token.expiresAt, token.issuedAt + maxTokenLifetimeMs)
        for (clock of [now, lastUse - 1, lastUse + CLOCK_TOLERANCE_MS - 1]) {
          if (clock >= now && clock < lastUse + CLOCK_TOLERANCE_MS) {
            expect(index.find(token)?.scope).toBe('token')
          }
        }
      }),
    )
  })

  it('carries the time of its decision in its id', () => {
    const { id, revokedAt } = sessionRevocation('S', circumstances)
    expect(uuidv7Time(id)).toBe(now)
    expect(revokedAt).toBe(now)
  })

  it('has no field that was not given', () => {
    const user = { collection: 'users', id: 1, cutoff: now, exceptSession: undefined }
    const revocation = userRevocation(user, { ...circumstances, actor: undefined })
    expect(Object.keys(revocation)).not.toContain('actor')
    expect(Object.keys(revocation)).not.toContain('exceptSession')
    expect(
      userRevocation({ ...user, exceptSession: 'S' }, { ...circumstances, actor: 'users:2' }),
    ).toMatchObject({
      subject: 'user:users:1',
      exceptSession: 'S',
      actor: 'users:2',
      reason: 'admin',
    })
  })
})

describe('scopeOf', () => {
  it('tells the scope from the form of the subject', () => {
    expect(scopeOf('everyone')).toBe('everyone')
    expect(scopeOf('user:users:1')).toBe('user')
    expect(scopeOf('sid:S')).toBe('session')
    expect(scopeOf('jti:J')).toBe('token')
    expect(scopeOf('jti:claims:users:1::1:2')).toBe('token')
  })
})
