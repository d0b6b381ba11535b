import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Denylist, DenylistOptions } from '../../src/core/denylist.js'
import type { Feed, Follower } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { denylistsOnFakeTime } from '../support/denylistsOnFakeTime.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const MAX_STALENESS_MS = 3_000
const HOUR_MS = 3_600_000

const open = denylistsOnFakeTime({
  maxTokenLifetimeMs: 2 * HOUR_MS,
  maxStalenessMs: MAX_STALENESS_MS,
})

const TOKEN = () => sampleToken({ id: 'T', session: 'S', expiresAt: Date.now() + 2 * HOUR_MS })

const judged = async (denylist: Denylist, token = TOKEN()) => {
  denylist.follow()
  await vi.advanceTimersByTimeAsync(1_100)
  const judging = denylist.judge(token)
  await vi.advanceTimersByTimeAsync(2_100)
  return judging
}

function logOf() {
  const lines: string[] = []
  const log = (_: object, message: string) => void lines.push(message)
  return { lines, logger: { error: log, warn: log, info: log } }
}

/** How far the wall clock of this process is ahead of the ledger's clock. */
const setClock = (aheadMs: number) => vi.setSystemTime(trueTime() + aheadMs)
let distance = 0
beforeEach(() => {
  distance = Date.now() - performance.now()
})
const trueTime = () => distance + performance.now()

describe('a process whose wall clock is set', () => {
  it.each([
    ['back by an hour', -HOUR_MS],
    ['back by a minute', -60_000],
    ['forward by a minute', 60_000],
    ['forward by an hour', HOUR_MS],
  ])('%s does not judge tokens for longer than the bound', async (_, jump) => {
    const ledger = memoryLedger()
    const denylist = open({ ledger })
    const token = { ...TOKEN(), expiresAt: Date.now() + 10 * HOUR_MS, issuedAt: Date.now() + jump }
    expect((await judged(denylist, token)).status).toBe('valid')
    ledger.trouble = new Error('no way to the database')
    setClock(jump)
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS + 1)
    expect(denylist.verdict(token).status).toBe('unknown')
    expect(denylist.state.stalenessMs).toBeGreaterThan(MAX_STALENESS_MS)
  })

  it.each([
    ['database', false],
    ['feed', true],
  ])(
    'forward and back again still knows what looked expired in the meantime, with the %s',
    async (_, isFeed) => {
      const ledger = memoryLedger()
      const { feed, publish } = recallingFeed()
      const denylist = open(isFeed ? { feed } : { ledger })
      expect((await judged(denylist)).status).toBe('valid')
      const known = sampleRevocation('jti:T', { expiresAt: Date.now() + HOUR_MS })
      await ledger.append([known])
      publish(known)
      expect((await judged(denylist)).status).toBe('revoked')
      setClock(2 * HOUR_MS)
      const meanwhile = sampleRevocation('sid:U', { now: trueTime() })
      await ledger.append([meanwhile])
      publish(meanwhile)
      await vi.advanceTimersByTimeAsync(12_000)
      expect(denylist.state.size.token).toBe(0)
      setClock(0)
      // It says nothing before it has read everything once more.
      expect(denylist.verdict(TOKEN()).status).toBe('unknown')
      expect((await judged(denylist)).status).toBe('revoked')
      expect((await judged(denylist, { ...TOKEN(), id: 'U', session: 'U' })).status).toBe('revoked')
      expect((await judged(denylist, { ...TOKEN(), id: 'V', session: 'V' })).status).toBe('valid')
    },
  )
})

describe('a process whose clock differs from the database', () => {
  const withClock = (options: Partial<DenylistOptions> = {}) => {
    const ledger = memoryLedger({ clock: trueTime })
    const { lines, logger } = logOf()
    return { ledger, lines, denylist: open({ ledger, logger, ...options }) }
  }

  it.each([20_000, -20_000, HOUR_MS, -HOUR_MS])(
    'by %d ms, which is too much, cannot judge tokens and logs the offset',
    async (ahead) => {
      setClock(ahead)
      const { denylist, lines } = withClock()
      const verdict = await judged(denylist)
      expect(verdict).toMatchObject({ status: 'unknown', clockOffsetMs: ahead })
      expect(denylist.state).toMatchObject({ isFresh: false, clockOffsetMs: ahead })
      const seconds = (Math.abs(ahead) / 1_000).toFixed(1)
      const how = ahead > 0 ? 'ahead of' : 'behind'
      expect(lines).toContain(
        `Revocations: the clock of this process is ${seconds} s ${how} the clock of the database: it cannot judge tokens until the clock is right`,
      )
    },
  )

  it('within the tolerance, judges tokens as usual', async () => {
    for (const ahead of [-5_000, 5_000]) {
      setClock(ahead)
      expect((await judged(withClock().denylist)).status).toBe('valid')
    }
  })

  it('refuses tokens that are known to be revoked anyway', async () => {
    const { denylist, ledger } = withClock()
    await ledger.append([sampleRevocation('jti:T')])
    await judged(denylist)
    setClock(20_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
    expect(denylist.verdict(sampleToken()).status).toBe('unknown')
  })

  it('learns what others record, whatever its own clock shows', async () => {
    const { denylist, ledger } = withClock({ whenStale: 'accept' })
    setClock(20_000)
    expect((await judged(denylist)).status).toBe('valid')
    await ledger.append([sampleRevocation('jti:T', { now: trueTime() })])
    await vi.advanceTimersByTimeAsync(1_100)
    expect(denylist.verdict(TOKEN()).status).toBe('revoked')
  })

  it('records what others can find, whatever its own clock shows', async () => {
    const { denylist: other, ledger } = withClock()
    expect((await judged(other)).status).toBe('valid')
    setClock(-20_000)
    const { denylist } = { denylist: open({ ledger }) }
    const made = sampleRevocation('jti:T')
    await denylist.revoke([made])
    setClock(0)
    expect((await judged(other)).status).toBe('revoked')
    expect([...ledger.rows.values()].map(({ subject }) => subject)).toEqual(['jti:T', 'jti:T'])
  })

  it("uses the ledger's time for what is compared between processes", async () => {
    const { denylist } = withClock()
    setClock(-20_000)
    expect(await denylist.ledgerNow()).toBe(trueTime())
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await denylist.ledgerNow()).toBe(trueTime())
  })

  it('judges tokens again once its clock is right and it has read everything', async () => {
    setClock(6_000)
    const { denylist, ledger, lines } = withClock()
    expect((await judged(denylist)).status).toBe('unknown')
    setClock(4_000)
    const { length } = ledger.reads
    expect((await judged(denylist)).status).toBe('valid')
    expect(ledger.reads.slice(length)).toContain(0)
    expect(lines.at(-1)).toMatch(/up to date again|agrees with the clock of the database again/)
  })

  it('offers everything in force to a feed that lost its content', async () => {
    const { feed, follower } = recallingFeed()
    const { denylist, ledger } = withClock({ feed })
    await ledger.append([sampleRevocation('jti:T', { expiresAt: trueTime() + 60_000 })])
    setClock(HOUR_MS)
    await judged(denylist)
    const offered: Revocation[] = []
    for await (const page of follower()?.restore?.() ?? []) offered.push(...page)
    expect(offered.map(({ subject }) => subject)).toEqual(['jti:T'])
  })
})

describe('a process that knows only the feed', () => {
  it("cannot judge tokens when its clock differs from the feed's clock", async () => {
    const { feed, follower } = recallingFeed()
    const { lines, logger } = logOf()
    const guard = open({ feed, logger })
    expect((await judged(guard)).status).toBe('valid')
    const now = Date.now()
    follower()?.compareClock?.({ theirs: now + 20_000, before: now, after: now + 5 })
    expect(await judged(guard)).toMatchObject({ status: 'unknown', clockOffsetMs: -19_995 })
    expect(lines).toContainEqual(expect.stringContaining('20.0 s behind the clock of Redis'))
  })

  it('goes by the database if it has one, and only warns about the feed', async () => {
    const { feed, follower } = recallingFeed()
    const { lines, logger } = logOf()
    const denylist = open({ feed, logger, ledger: memoryLedger({ clock: trueTime }) })
    await judged(denylist)
    const now = Date.now()
    follower()?.compareClock?.({ theirs: now + 20_000, before: now, after: now })
    expect((await judged(denylist)).status).toBe('valid')
    expect(lines).toContainEqual(expect.stringContaining('a guard that uses only Redis'))
  })

  it('draws no conclusion from a comparison that took too long', async () => {
    const { feed, follower } = recallingFeed()
    const guard = open({ feed })
    const now = Date.now()
    await judged(guard)
    follower()?.compareClock?.({ theirs: now + 20_000, before: now, after: now + 30_000 })
    expect((await judged(guard)).status).toBe('valid')
  })

  it('does not believe a feed that uses another clock than the monotonic one', async () => {
    const { feed } = recallingFeed({ asOf: () => Date.now() })
    expect((await judged(open({ feed }))).status).toBe('unknown')
  })
})

/** A feed that keeps what is sent, and hands over what is new, or everything, when it is read. */
function recallingFeed({ asOf = () => performance.now() } = {}) {
  const sent: Revocation[] = []
  let handedOver = 0
  let follower: Follower | undefined
  const turn = async () => {
    const at = asOf()
    follower?.learn(sent.slice(handedOver))
    handedOver = sent.length
    follower?.complete(at, at)
  }
  const feed: Feed = {
    async publish(revocations) {
      sent.push(...revocations)
    },
    vouch: async () => {},
    follow(by) {
      follower = by
      setInterval(turn, 500).unref()
    },
    refresh: turn,
    rewind() {
      handedOver = 0
    },
    close: async () => {},
  }
  return { feed, publish: (each: Revocation) => void sent.push(each), follower: () => follower }
}
