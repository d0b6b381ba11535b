import { afterEach, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import type { Revocation } from '../../src/core/revocation.js'
import { createWatching, type TokenEnd, type Watching } from '../../src/core/watching.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { until } from '../support/until.js'

const START = 1_800_000_000_000
const MAX_STALENESS_MS = 10_000

let open: { close(): unknown }[] = []
afterEach(() => {
  for (const each of open) each.close()
  open = []
})

/** A denylist whose clock stands still, and what it reports about watched tokens. */
function setUp() {
  const denylist = createDenylist({
    ledger: memoryLedger({ now: () => START }),
    maxTokenLifetimeMs: 7_200_000,
    maxStalenessMs: MAX_STALENESS_MS,
    now: () => START,
    monotonic: () => START,
  })
  open.push(denylist)
  return denylist
}

const token = (overrides: Parameters<typeof sampleToken>[0] = {}) =>
  sampleToken({ now: START, ...overrides })
const revocation = (
  subject: Revocation['subject'],
  overrides: Parameters<typeof sampleRevocation>[1] = {},
) => sampleRevocation(subject, { now: START, ...overrides })

function watched(denylist: Pick<Denylist, 'watch'>, of = token()) {
  const ends: TokenEnd[] = []
  const cancel = denylist.watch(of, (end) => ends.push(end))
  return { ends, cancel, of }
}

describe('a watched token', () => {
  for (const [scope, subject] of [
    ['token', 'jti:watched'],
    ['session', 'sid:a-session'],
    ['user', 'user:users:1'],
    ['everyone', 'everyone'],
  ] as const) {
    it(`ends when its ${scope} is revoked, with the reason, once`, async () => {
      const denylist = setUp()
      const { ends } = watched(denylist, token({ id: 'watched' }))
      await denylist.revoke([revocation(subject, { reason: 'password-changed' })])
      await denylist.revoke([revocation('everyone', { cutoff: START + 1 })])
      expect(ends).toEqual([{ status: 'revoked', reason: 'password-changed', scope }])
    })
  }

  it('goes on while others end, and while a cut-off spares its session', async () => {
    const denylist = setUp()
    const { ends } = watched(denylist)
    const other = watched(denylist, token({ session: 'another' }))
    await denylist.revoke([
      revocation('jti:somebody-else'),
      revocation('sid:somebody-else'),
      revocation('user:users:2'),
      revocation('user:users:1', { exceptSession: 'a-session' }),
    ])
    expect(ends).toEqual([])
    expect(other.ends).toHaveLength(1)
  })

  it('reports the reason that ended it, not one that spared it', async () => {
    const denylist = setUp()
    const { ends } = watched(denylist)
    await denylist.revoke([
      revocation('user:users:1', { exceptSession: 'a-session', reason: 'password-changed' }),
    ])
    await denylist.revoke([revocation('sid:a-session', { reason: 'logout' })])
    expect(ends).toMatchObject([{ reason: 'logout' }])
  })

  it('ends at once when it was revoked before, but not before the caller can cancel', async () => {
    const denylist = setUp()
    await denylist.revoke([revocation('sid:a-session')])
    const { ends } = watched(denylist)
    const cancelled = watched(denylist)
    cancelled.cancel()
    expect(ends).toEqual([])
    await Promise.resolve()
    expect(ends).toMatchObject([{ status: 'revoked', scope: 'session' }])
    expect(cancelled.ends).toEqual([])
  })

  it('reports nothing more once it is cancelled', async () => {
    const denylist = setUp()
    const { ends, cancel } = watched(denylist)
    cancel()
    await denylist.revoke([revocation('sid:a-session')])
    expect(ends).toEqual([])
  })

  it('ends when another process revoked it and this one reads about it', async () => {
    const denylist = setUp()
    const { ends } = watched(denylist)
    denylist.learn([revocation('sid:a-session')])
    expect(ends).toHaveLength(1)
  })

  it('ends although the listener of another one throws', async () => {
    const denylist = setUp()
    denylist.watch(token(), () => {
      throw new Error('a socket that cannot be closed')
    })
    const { ends } = watched(denylist)
    await denylist.revoke([revocation('sid:a-session')])
    expect(ends).toHaveLength(1)
  })

  it('is unknown when the denylist is closed', async () => {
    const denylist = setUp()
    const { ends } = watched(denylist)
    await denylist.close()
    expect(ends).toEqual([{ status: 'unknown' }])
  })
})

describe('what ends by time', () => {
  /** A clock to set, and a watching that checks it all the time. */
  function withClock() {
    const clock = {
      now: START,
      isFresh: true,
      revokedFrom: Number.POSITIVE_INFINITY,
      by: undefined as 'idle' | undefined,
    }
    const watching: Watching = createWatching({
      verdict: () => {
        if (clock.by) return { status: 'revoked', by: clock.by }
        return clock.now >= clock.revokedFrom
          ? { status: 'revoked', by: { scope: 'token', subject: 'jti:watched' } }
          : { status: 'valid' }
      },
      sessionLimits: { idleTimeoutMs: 600_000 },
      isFresh: () => clock.isFresh,
      maxStalenessMs: MAX_STALENESS_MS,
      tickMs: 1,
      now: () => clock.now,
      monotonic: () => clock.now,
    })
    open.push(watching)
    return { clock, watching, ...watched(watching, token({ id: 'watched' })) }
  }

  it('is reported as expired at the second of its expiry, and not before', async () => {
    const { clock, ends, of, watching } = withClock()
    clock.now = of.expiresAt - 1
    const witness = watched(watching, token({ expiresAt: clock.now }))
    await until('the witness has expired', () => witness.ends.length > 0)
    expect(ends).toEqual([])
    clock.now = of.expiresAt
    await until('it has expired', () => ends.length > 0)
    expect(ends).toEqual([{ status: 'expired' }])
    expect(watching.size).toBe(0)
  })

  it('is reported as expired when its session reaches a limit', async () => {
    const { clock, ends } = withClock()
    clock.now = START + 600_000
    clock.by = 'idle'
    await until('the limit was reached', () => ends.length > 0)
    expect(ends).toEqual([{ status: 'expired' }])
  })

  it('is revoked from the instant in a revocation, with its reason', async () => {
    const { clock, ends, watching } = withClock()
    const rotated = { ...revocation('jti:watched', { reason: 'rotated' }), effectiveAt: START + 10 }
    watching.learn(rotated)
    expect(ends).toEqual([])
    clock.revokedFrom = START + 10
    clock.now = START + 10
    await until('it is in force', () => ends.length > 0)
    expect(ends).toEqual([{ status: 'revoked', reason: 'rotated', scope: 'token' }])
  })

  it('is unknown after too long without news, counted from its own beginning', async () => {
    const { clock, ends, watching } = withClock()
    clock.now = START + MAX_STALENESS_MS + 1
    const late = watched(watching)
    clock.isFresh = false
    await until('it is unknown', () => ends.length > 0)
    expect(ends).toEqual([{ status: 'unknown' }])
    expect(late.ends).toEqual([])
  })
})

it('a revocation among 10,000 watched tokens only touches the one that it names', async () => {
  let judged = 0
  const watching = createWatching({
    verdict: () => {
      judged += 1
      return { status: 'valid' }
    },
    sessionLimits: {},
    isFresh: () => true,
    maxStalenessMs: MAX_STALENESS_MS,
    now: () => START,
    monotonic: () => START,
  })
  open.push(watching)
  for (let i = 0; i < 10_000; i += 1) {
    const each = token({ id: `t${i}`, session: `s${i}`, userId: `u${i}` })
    watching.watch(each, () => {})
  }
  await Promise.resolve()
  judged = 0
  watching.learn(revocation('sid:s5000'))
  expect(judged).toBe(1)
})
