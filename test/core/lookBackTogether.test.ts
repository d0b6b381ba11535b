import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ledgerFeed } from '../../src/core/ledgerFeed.js'
import type { Feed, SharedCount, SharedCounts } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { runs } from '../support/isQuick.js'
import { type MemoryLedger, memoryLedger } from '../support/memoryLedger.js'
import { recordingFollower, sampleRevocation } from '../support/samples.js'

const START = 1_700_000_000_000
const HOUR_MS = 3_600_000

beforeEach(() => void vi.useFakeTimers({ now: START }))
afterEach(() => void vi.useRealTimers())

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

const late = (ageMs: number, own: Partial<Revocation> = {}) =>
  sampleRevocation('jti:T', {
    id: uuidv7(Date.now() - ageMs),
    expiresAt: Date.now() + 2 * HOUR_MS,
    ...own,
  })

const remove = (ledger: MemoryLedger, id: string) =>
  (ledger.rows as Map<string, Revocation>).delete(id)

/** Processes on a ledger that each of them alone may compare only every five minutes. */
async function processes(count: number, sharedCounts?: SharedCounts) {
  const ledger = memoryLedger({ now: () => Date.now(), isCounting: true, isSharing: true })
  Object.assign(ledger, { countedPerSecond: 1, ...(sharedCounts && { sharedCounts }) })
  await ledger.append(Array.from({ length: 500 }, (_, i) => late(HOUR_MS + 1_000 * i)))
  const all: Process[] = []
  const add = () => {
    const feed = ledgerFeed({ ledger, intervalMs: 3_000, now: () => Date.now() })
    const follower = recordingFollower()
    feed.follow(follower)
    all.push({ feed, follower })
  }
  // Not at the same time.
  for (let i = 0; i < count; i += 1) {
    add()
    await pass(290)
  }
  await pass(60_000)
  return { ledger, all, add }
}

interface Process {
  feed: Feed
  follower: ReturnType<typeof recordingFollower>
}

const knows = ({ follower }: Process, { id }: Revocation) =>
  follower.learned.some((each) => each.id === id)

const end = async (closing: readonly Process[]) => {
  const closed = Promise.all(closing.map(({ feed }) => feed.close()))
  await pass(10_000)
  await closed
}

describe('looking back together', () => {
  it('counts once for all processes, and each finds any late row within ten seconds', async () => {
    const { all, ledger } = await processes(10)
    const before = ledger.digests
    await pass(300_000)
    // One count in three seconds, and some of a process' own.
    expect(ledger.digests - before).toBeLessThan(125)
    for (const ageMs of [17_000, 60_000, 20 * HOUR_MS]) {
      const row = late(ageMs)
      await ledger.append([row])
      await pass(10_000)
      expect(
        all.map((each) => knows(each, row)),
        `${ageMs} ms`,
      ).toEqual(all.map(() => true))
    }
    const reads = ledger.reads.length
    await pass(60_000)
    // Nothing but the regular readings.
    expect(ledger.reads.length - reads).toBeLessThanOrEqual(10 * 61)
    await end(all)
  })

  it('another process counts when the one that counted is gone', async () => {
    const { all, ledger } = await processes(4)
    const [last, ...others] = all as [Process, ...Process[]]
    for (const each of others) {
      await end([each])
      const row = late(HOUR_MS)
      await ledger.append([row])
      await pass(20_000)
      expect(knows(last, row)).toBe(true)
    }
    await end([last])
  })

  it('each counts for itself when what others told is wrong, lost, or cannot be read', async () => {
    for (const broken of [
      { read: () => Promise.reject(new Error('no such table')), write: async () => {} },
      { read: async () => undefined, write: async () => {} },
      { read: async () => undefined, write: () => Promise.reject(new Error('no such table')) },
      { read: async () => wrong(), write: async () => {} },
    ]) {
      const { all, ledger } = await processes(3, broken)
      const row = late(HOUR_MS)
      await ledger.append([row])
      const before = ledger.digests
      await pass(620_000)
      expect(all.map((each) => knows(each, row))).toEqual(all.map(() => true))
      // Those of the last five minutes, every five seconds, and few more.
      expect(ledger.digests - before).toBeLessThan(450)
      await end(all)
    }
  })

  it('each gives up comparing often what differs every time', async () => {
    const { all, ledger } = await processes(3)
    const { digest } = ledger
    Object.assign(ledger, {
      digest: async (range: never) => {
        const [first = 0, ...others] = (await digest?.(range)) ?? []
        return [first + 1, ...others]
      },
    })
    const older = () => ledger.reads.filter((since) => since === 0).length
    await pass(60_000)
    const before = older()
    await pass(HOUR_MS)
    expect(older() - before).toBeLessThan(3 * 100)
    await end(all)
  })

  it('each knows what a reader of everything knows, after any order of commits and losses', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('commit'), ageMs: ages, ms: lives }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lift'), ageMs: ages, ms: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose'), ms: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('start') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop'), ms: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail'), ms: fc.nat(20_000) }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.nat(30_000) }) },
    ) as fc.Arbitrary<Step>
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { add, all, ledger } = await processes(3)
        try {
          for (const { ageMs, kind, ms } of steps) {
            const rows = [...ledger.rows.values()]
            const chosen = rows[ms % rows.length] as Revocation
            if (kind === 'commit')
              await ledger.append([late(ageMs, { expiresAt: Date.now() + ms })])
            if (kind === 'lift') {
              const { expiresAt, id, subject } = chosen
              await ledger.append([late(ageMs, { subject, expiresAt, lifts: id })])
            }
            if (kind === 'lose') {
              // A row that is lost may hide one that is missed at the same time.
              await pass(90_000)
              remove(ledger, chosen.id)
              await pass(90_000)
            }
            if (kind === 'purge')
              for (const { expiresAt, id } of rows)
                if (expiresAt < Date.now() - 5_000) remove(ledger, id)
            if (kind === 'start' && all.length < 5) add()
            if (kind === 'stop' && all.length > 1) await end(all.splice(ms % all.length, 1))
            if (kind === 'fail') {
              ledger.trouble = new Error('no way to the database')
              await pass(ms)
              ledger.trouble = undefined
            }
            if (kind === 'pass') await pass(ms)
          }
          const at = Date.now()
          await pass(400_000)
          const mustKnow = [...ledger.rows.values()].filter(
            ({ expiresAt }) => expiresAt > at + 520_000,
          )
          for (const each of all)
            expect(mustKnow.filter((row) => !knows(each, row)).map(({ id }) => id)).toEqual([])
        } finally {
          await end(all)
        }
      }),
      runs(10),
    )
  })
})

interface Step {
  kind: 'commit' | 'lift' | 'lose' | 'purge' | 'start' | 'stop' | 'fail' | 'pass'
  ageMs: number
  ms: number
}

const ages = fc.oneof(fc.nat(5_000), fc.nat(60_000), fc.nat(1_000_000))
const lives = fc.integer({ min: 60_000, max: 2 * HOUR_MS })

/** A count that fits nothing. */
const wrong = (): SharedCount => ({
  id: uuidv7(Date.now()),
  until: Date.now() - 20_000 - ((Date.now() - 20_000) % 1_024),
  periods: { firstMinute: Math.ceil(Date.now() / 60_000), minutes: 30, count: 2, isOpen: true },
  digest: [1, 1],
})
