import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDenylistIndex } from '../../src/core/denylistIndex.js'
import { liftRevocation } from '../../src/core/makeRevocation.js'
import { type Revocation, withoutLifted } from '../../src/core/revocation.js'
import { runs } from '../support/isQuick.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const START = 1_700_000_000_000
const circumstances = { reason: 'admin', now: START, maxTokenLifetimeMs: 3_600_000 } as const
const token = sampleToken({ now: START, id: 'T', session: 'S', expiresAt: START + 1e9 })

/** Revocations of one token and one session, some of them lifted. */
const histories = fc
  .array(
    fc.record({
      subject: fc.constantFrom('jti:T' as const, 'sid:S' as const),
      effectiveAfterMs: fc.option(fc.integer({ min: 0, max: 20 }).map((s) => s * 1_000)),
      isLifted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((entries) =>
    entries.flatMap(({ subject, effectiveAfterMs, isLifted }) => {
      const revocation = sampleRevocation(subject, {
        now: START,
        // A token expires once, whoever revokes it.
        expiresAt: START + (subject === 'jti:T' ? 30_000 : 45_000),
        ...(effectiveAfterMs !== null && { effectiveAt: START + effectiveAfterMs }),
      })
      return isLifted ? [revocation, liftRevocation(revocation, circumstances)] : [revocation]
    }),
  )

/** Every order, with some of it twice. */
const deliveries = histories.chain((history) =>
  fc
    .subarray(history)
    .chain((again) => fc.shuffledSubarray([...history, ...again], { minLength: history.length }))
    .map((order) => ({ history, order: [...order, ...history.filter((e) => !order.includes(e))] })),
)

describe('a lifted revocation', () => {
  it('is judged as a plain list would be, whatever the order, the duplicates and the moment', () => {
    fc.assert(
      fc.property(
        deliveries,
        fc.array(
          fc.integer({ min: 0, max: 40 }).map((s) => s * 1_000),
          { maxLength: 3 },
        ),
        ({ history, order }, waits) => {
          let now = START
          const index = createDenylistIndex({ now: () => now })
          const inForce = (subject: string) =>
            withoutLifted(history).filter((e) => e.subject === subject && e.expiresAt > now)
          for (const revocation of order) index.add(revocation)
          // The answer of the ledger, once everything was learned.
          for (const subject of ['jti:T', 'sid:S'] as const) index.settle(subject, inForce(subject))
          for (const wait of [0, ...waits]) {
            now += wait
            while (index.sweep());
            const isEnded = ['jti:T', 'sid:S'].some((subject) =>
              inForce(subject).some(({ effectiveAt = 0 }) => effectiveAt <= now),
            )
            expect(index.find(token) !== undefined).toBe(isEnded)
          }
        },
      ),
      runs(2_000),
    )
  })

  const setUp = () => {
    const clock = { now: START }
    const news: Revocation[] = []
    const index = createDenylistIndex({
      now: () => clock.now,
      onAdded: (each) => news.push(each),
      onLift: (each, isNew) => isNew && news.push(each),
    })
    const revocation = sampleRevocation('sid:S', { now: START, expiresAt: START + 10_000 })
    const lift = liftRevocation(revocation, circumstances)
    return { clock, index, lift, news, revocation }
  }

  it('goes on refusing until it is known what else is in force', () => {
    const { index, lift, revocation } = setUp()
    index.add(revocation)
    index.add(lift)
    expect(index.find(token)?.scope).toBe('session')
    index.settle('sid:S', [])
    expect(index.find(token)).toBeUndefined()
  })

  it('never removes another revocation that came before the answer', () => {
    const { index, lift, revocation } = setUp()
    const logout = sampleRevocation('sid:S', { now: START, expiresAt: revocation.expiresAt })
    index.add(revocation)
    index.add(lift)
    index.add(logout)
    index.settle('sid:S', [])
    expect(index.find(token)?.scope).toBe('session')
  })

  it('counts a second revocation as new, though the table knew the name', () => {
    const { index, lift, news, revocation } = setUp()
    const second = sampleRevocation('sid:S', { now: START, expiresAt: revocation.expiresAt })
    expect([revocation, lift, second, second].map(index.add)).toEqual([true, true, true, false])
    expect(news).toEqual([revocation, lift, second])
  })

  it('is not added when it comes after its lift, or again', () => {
    const { index, lift, revocation } = setUp()
    expect([lift, revocation, revocation, lift].map(index.add)).toEqual([true, false, false, false])
    expect(index.find(token)).toBeUndefined()
  })

  it('leaves memory when it is over, and what was revoked later stays', () => {
    const { clock, index, lift, revocation } = setUp()
    const later = sampleRevocation('sid:S', { now: START, expiresAt: START + 100_000 })
    for (const each of [revocation, lift, later]) index.add(each)
    index.settle('sid:S', [later])
    clock.now = lift.expiresAt + 1_000
    while (index.sweep());
    expect(index.find(token)?.scope).toBe('session')
    clock.now = later.expiresAt + 1_000
    while (index.sweep());
    expect(index.find(token)).toBeUndefined()
  })
})
