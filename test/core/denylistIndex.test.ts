import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDenylistIndex, type DenylistIndex } from '../../src/core/denylistIndex.js'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { subjectsOf, type Token } from '../../src/core/token.js'
import { runs } from '../support/isQuick.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

/** The rule in its simplest form. */
const names = (revocation: Revocation, token: Token): boolean => {
  const { cutoff, exceptSession, subject } = revocation
  const isNamed = Object.values(subjectsOf(token)).includes(subject)
  if (!isNamed || cutoff === undefined) return isNamed
  return token.issuedAt <= cutoff && token.session !== exceptSession
}

const SECOND = 1_000
const users = fc.constantFrom('1', '2')
const sessions = fc.constantFrom('A', 'B', 'C')
const ids = fc.constantFrom('T', 'U')
const subjects: fc.Arbitrary<Subject> = fc.oneof(
  ids.map((id) => `jti:${id}` as const),
  sessions.map((session) => `sid:${session}` as const),
  users.map((id) => `user:users:${id}` as const),
  users.map((id) => `user:users:${id}` as const),
  fc.constant('everyone' as const),
)
const instants = fc.integer({ min: 0, max: 60 }).map((each) => each * SECOND)

interface Added {
  do: 'add'
  revocation: Revocation
}
type Step = Added | { do: 'wait'; ms: number } | { do: 'sweep'; calls: number }

const stepsOf = (revocations: fc.Arbitrary<Revocation>): fc.Arbitrary<Step[]> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: revocations.map((each): Step => ({ do: 'add', revocation: each })),
        },
        {
          weight: 1,
          arbitrary: fc
            .integer({ min: 1, max: 20 })
            .map((s): Step => ({ do: 'wait', ms: s * SECOND })),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom(1, 10).map((calls): Step => ({ do: 'sweep', calls })),
        },
      ),
      { maxLength: 25 },
    )
    // Everything may arrive a second time, at any later moment.
    .chain((steps) =>
      fc.subarray(steps.filter((step) => step.do === 'add')).map((again) => [...steps, ...again]),
    )

const cutoffOf = (subject: Subject, cutoff: number, exceptSession: string | undefined) =>
  subject === 'everyone' || subject.startsWith('user:')
    ? { cutoff, ...(exceptSession !== undefined && { exceptSession }) }
    : {}

const sparing = fc.option(sessions, { nil: undefined })

/** Applies the steps to an index and calls `check` after each. */
function play(
  steps: readonly Step[],
  check: (state: { index: DenylistIndex; now: number; added: readonly Revocation[] }) => void,
) {
  let now = 0
  const index = createDenylistIndex({ now: () => now })
  const added: Revocation[] = []
  for (const step of steps) {
    if (step.do === 'wait') now += step.ms
    if (step.do === 'sweep') for (let i = 0; i < step.calls; i += 1) index.sweep()
    if (step.do === 'add') {
      index.add(step.revocation)
      if (step.revocation.expiresAt > now) added.push(step.revocation)
    }
    check({ index, now, added })
  }
  now += 1_000_000
  sweepAll(index)
  check({ index, now, added: [] })
  expect(index.size).toEqual({ token: 0, session: 0, user: 0, everyone: 0 })
}

const EVERY_TOKEN = ['T', 'U'].flatMap((id) =>
  ['A', 'B', 'C'].flatMap((session) =>
    ['1', '2'].flatMap((userId) =>
      [0, 7, 20, 33, 60].map((second) =>
        sampleToken({ id, session, userId, issuedAt: second * SECOND, expiresAt: 1e9 }),
      ),
    ),
  ),
)

describe('the denylist index', () => {
  it('never forgets what is in force and never refuses what nothing named', () => {
    const revocations = fc
      .record({ subject: subjects, cutoff: instants, expiresAt: instants, except: sparing })
      .map(({ subject, cutoff, expiresAt, except }) =>
        sampleRevocation(subject, {
          now: 0,
          expiresAt,
          ...cutoffOf(subject, cutoff, except),
        }),
      )
    fc.assert(
      fc.property(stepsOf(revocations), (steps) => {
        play(steps, ({ index, now, added }) => {
          const inForce = added.filter(({ expiresAt }) => expiresAt > now)
          for (const token of EVERY_TOKEN) {
            const isFound = index.find(token) !== undefined
            if (inForce.some((each) => names(each, token))) expect(isFound).toBe(true)
            // A merged cut-off may be kept past its expiry, but it did exist.
            if (isFound) expect(added.some((each) => names(each, token))).toBe(true)
          }
        })
      }),
      runs(300),
    )
  })

  it('is exact for tokens that live no longer than a cut-off is kept', () => {
    const lifetimeMs = 15 * SECOND
    const revocations = fc
      .record({ subject: subjects, cutoff: instants, except: sparing, life: instants })
      .map(({ subject, cutoff, except, life }) => {
        const parts = cutoffOf(subject, cutoff, except)
        const expiresAt = 'cutoff' in parts ? cutoff + lifetimeMs : life
        return sampleRevocation(subject, { now: 0, expiresAt, ...parts })
      })
    fc.assert(
      fc.property(
        stepsOf(revocations),
        fc.array(
          fc.record({
            id: ids,
            session: sessions,
            userId: users,
            issuedAt: instants,
            life: instants,
          }),
          { minLength: 5, maxLength: 15 },
        ),
        (steps, tokens) => {
          play(steps, ({ index, now, added }) => {
            for (const { life, ...token } of tokens) {
              const expiresAt = token.issuedAt + Math.min(life, lifetimeMs)
              if (expiresAt <= now) continue
              const sample = sampleToken({ ...token, expiresAt })
              const isRevoked = added.some((each) => each.expiresAt > now && names(each, sample))
              expect(index.find(sample) !== undefined).toBe(isRevoked)
            }
          })
        },
      ),
      runs(500),
    )
  })

  it('gives the same answer for every order of arrival', () => {
    const revocations = fc.array(
      fc
        .record({ subject: subjects, cutoff: instants, except: sparing })
        .map(({ subject, cutoff, except }) =>
          sampleRevocation(subject, { now: 0, ...cutoffOf(subject, cutoff, except) }),
        ),
      { maxLength: 12 },
    )
    const bothOrders = revocations.chain((each) =>
      fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length })),
    )
    fc.assert(
      fc.property(bothOrders, ([one, other]) => {
        const indexes = [one, other].map((all) => {
          const index = createDenylistIndex({ now: () => 0 })
          for (const each of all) index.add(each)
          return index
        })
        for (const token of EVERY_TOKEN) {
          expect(indexes[0]?.find(token)).toEqual(indexes[1]?.find(token))
        }
      }),
    )
  })

  it('names the widest revocation that ends a token', () => {
    const token = sampleToken({ id: 'T', session: 'A', issuedAt: 5, now: 0 })
    const index = createDenylistIndex({ now: () => 10 })
    const widening = ['jti:T', 'sid:A', 'user:users:1', 'everyone'] as const
    expect(index.find(token)).toBeUndefined()
    for (const subject of widening) {
      index.add(sampleRevocation(subject, { now: 10 }))
      expect(index.find(token)).toMatchObject({ subject })
    }
  })

  it('ends a user’s tokens whatever colons the names of collection and user contain', () => {
    for (const id of ['c', '1:2']) {
      const index = createDenylistIndex({ now: () => SECOND })
      index.add(sampleRevocation(`user:a:b:${id}`, { now: SECOND }))
      const scopeFor = (collection: string, userId: string) =>
        index.find(sampleToken({ collection, userId, issuedAt: 0 }))?.scope
      expect(scopeFor('a:b', id)).toBe('user')
      // Both have the same subject, so both are refused.
      expect(scopeFor('a', `b:${id}`)).toBe('user')
      expect(scopeFor('a', id)).toBeUndefined()
    }
  })

  it('reports whether a revocation was new', () => {
    const index = createDenylistIndex({ now: () => 100 })
    const token = sampleRevocation('jti:T', { now: 100 })
    const user = sampleRevocation('user:users:1', { now: 100 })
    expect([index.add(token), index.add(token)]).toEqual([true, false])
    expect([index.add(user), index.add(user)]).toEqual([true, false])
    expect(index.add({ ...user, cutoff: 50 })).toBe(false)
    expect(index.add({ ...user, cutoff: 101 })).toBe(true)
    expect(index.add(sampleRevocation('jti:U', { expiresAt: 0 }))).toBe(false)
    expect(index.add(sampleRevocation('everyone', { expiresAt: 100 }))).toBe(false)
    expect(index.size).toEqual({ token: 1, session: 0, user: 1, everyone: 0 })
  })

  it('lets a revocation count until the millisecond of its expiry', () => {
    let now = 0
    const index = createDenylistIndex({ now: () => now })
    index.add(sampleRevocation('jti:T', { now: 0, expiresAt: 1_000 }))
    const token = sampleToken({ id: 'T', now: 0 })
    now = 999
    expect(index.find(token)).toBeDefined()
    now = 1_000
    expect(index.find(token)).toBeUndefined()
  })

  it('sweeps in steps, not everything at once, however much is due', () => {
    let now = 0
    const index = createDenylistIndex({ now: () => now })
    const count = 100_000
    for (let i = 0; i < count; i += 1) {
      index.add(sampleRevocation(`jti:${i}`, { now: 0, expiresAt: 500 }))
      if (i % 20 === 0) index.add(sampleRevocation(`user:users:${i}`, { now: 0, expiresAt: 500 }))
    }
    now = 60_000
    expect(index.sweep()).toBe(true)
    expect(index.size.token).toBeLessThan(count)
    expect(index.size.token).toBeGreaterThan(count / 2)
    sweepAll(index)
    expect(index.size).toEqual({ token: 0, session: 0, user: 0, everyone: 0 })
  })
})

/** A round may already be running, so only the next one has seen everything. */
function sweepAll(index: DenylistIndex) {
  for (let round = 0; round < 2; round += 1) while (index.sweep()) {}
}
