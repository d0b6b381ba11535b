import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ledgerFeed } from '../../src/core/ledgerFeed.js'
import type { Ledger } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { type MemoryLedger, memoryLedger } from '../support/memoryLedger.js'
import { recordingFollower, sampleRevocation } from '../support/samples.js'

const HOUR_MS = 3_600_000
const WINDOW_MS = 15_000

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** Two readers of one ledger: one reads what it does not know, one reads the whole window. */
const setUp = ({ fewRows = 0 } = {}) => {
  let offset = 0
  const ledger = memoryLedger({
    now: () => Date.now(),
    clock: () => Date.now() + offset,
    isCounting: true,
  })
  const rowsRead = { slicing: 0, naive: 0 }
  const counted = (name: keyof typeof rowsRead, other: Partial<Ledger> = {}): Ledger => ({
    ...ledger,
    ...other,
    async *read(range) {
      for await (const page of ledger.read(range)) {
        rowsRead[name] += page.length
        yield page
      }
    },
  })
  const readers = [counted('slicing'), counted('naive', { slices: undefined })].map((own) => {
    const feed = ledgerFeed({ ledger: own, intervalMs: 1_000, now: () => Date.now(), fewRows })
    const follower = recordingFollower()
    feed.follow(follower)
    return { feed, follower }
  })
  const [slicing, naive] = readers.map(({ follower }) => follower)
  if (!slicing || !naive) throw new Error('no readers')
  return {
    ...{ ledger, slicing, naive, rowsRead },
    setClock(ms: number) {
      offset = ms
    },
    async close() {
      const closing = readers.map(({ feed }) => feed.close())
      await pass(10_000)
      await Promise.all(closing)
    },
  }
}

const row = (ageMs: number, own: Partial<Revocation> = {}) =>
  sampleRevocation(`jti:${crypto.randomUUID()}`, {
    id: uuidv7(Date.now() - ageMs),
    expiresAt: Date.now() + HOUR_MS,
    ...own,
  })

const idsOf = ({ learned }: { learned: readonly Revocation[] }) =>
  [...new Set(learned.map(({ id }) => id))].sort()

describe('a reading of the recent part', () => {
  it('reads no row again that it knows, however often it looks', async () => {
    const { ledger, slicing, naive, rowsRead, close } = setUp()
    await pass(1_000)
    for (let second = 0; second < 60; second += 1) {
      await ledger.append(Array.from({ length: 50 }, (_, i) => row(i)))
      await pass(1_000)
    }
    expect(idsOf(slicing)).toHaveLength(3_000)
    expect(idsOf(naive)).toHaveLength(3_000)
    // Some come while their slice is read.
    expect(rowsRead.slicing).toBeLessThan(1.5 * 3_000)
    expect(rowsRead.naive).toBeGreaterThan(14 * 3_000)
    await close()
  })

  it('asks nothing beforehand while there are few rows', async () => {
    const { ledger, close } = setUp({ fewRows: 500 })
    const asked = vi.fn(ledger.slices)
    Object.assign(ledger, { slices: asked })
    await ledger.append(Array.from({ length: 500 }, () => row(0)))
    await pass(3_000)
    expect(asked).not.toHaveBeenCalled()
    await close()
  })

  it('finds a row that becomes visible among known ones, as late as a whole reading finds it', async () => {
    for (const ageMs of [0, 300, 5_000, WINDOW_MS - 1_500]) {
      const { ledger, slicing, close } = setUp()
      await ledger.append(Array.from({ length: 100 }, (_, i) => row(150 * i)))
      await pass(2_000)
      const late = row(ageMs)
      await ledger.append([late])
      await pass(1_000)
      expect(idsOf(slicing), `${ageMs} ms`).toContain(late.id)
      await close()
    }
  })

  it('is not deceived by a row that takes the place of a lost one and expires with it', async () => {
    const { ledger, slicing, close } = setUp()
    const [lost, other] = [row(100), row(100)]
    await ledger.append([lost])
    await pass(2_000)
    ;(ledger.rows as Map<string, Revocation>).delete(lost.id)
    await ledger.append([other])
    await pass(1_000)
    expect(idsOf(slicing)).toContain(other.id)
    await close()
  })

  it('reads the whole part if the ledger cannot count', async () => {
    const { ledger, slicing, close } = setUp()
    Object.assign(ledger, { slices: () => Promise.reject(new Error('syntax')) })
    await pass(2_000)
    const late = row(5_000)
    await ledger.append([late])
    await pass(1_000)
    expect(idsOf(slicing)).toContain(late.id)
    await close()
  })

  it('learns what a naive reader learns, as soon, after any order of commits, lifts, losses and clocks', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('commit'), ageMs: ages, lifeMs: lives }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('lift'), place: fc.nat(), ageMs: ages }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose'), place: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail'), ms: fc.nat(20_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('clock'), ms: clocks }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('wall'), ms: clocks }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.nat(9_000) }) },
    ) as fc.Arbitrary<Step>
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { ledger, slicing, naive, setClock, close } = setUp()
        try {
          for (const each of steps) {
            if (each.kind === 'clock') setClock(each.ms)
            await take(ledger, each)
            // Each reads once more. What vanished in between may be known to one of them.
            await pass(1_100)
            const known = new Set(slicing.learned.map(({ id }) => id))
            const missed = naive.learned.filter(({ id }) => !known.has(id))
            const isLasting = ({ id, expiresAt }: Revocation) =>
              ledger.rows.has(id) && expiresAt > Date.now() + 60_000
            expect(missed.filter(isLasting)).toEqual([])
            expect(slicing.completions.length).toBeGreaterThanOrEqual(naive.completions.length - 1)
          }
        } finally {
          await close()
        }
      }),
      { numRuns: 60 },
    )
  })
})

interface Step {
  kind: 'commit' | 'lift' | 'lose' | 'fail' | 'clock' | 'wall' | 'pass'
  ageMs: number
  lifeMs: number
  place: number
  ms: number
}

const ages = fc.oneof(fc.nat(1_000), fc.nat(14_000), fc.nat(60_000))
const lives = fc.oneof(fc.nat(30_000), fc.nat(2 * HOUR_MS))
const clocks = fc.integer({ min: -40_000, max: 40_000 })

async function take(ledger: MemoryLedger, { kind, ageMs, lifeMs, place, ms }: Step) {
  const rows = [...ledger.rows.values()]
  const chosen = rows[place % Math.max(1, rows.length)]
  if (kind === 'commit') await ledger.append([row(ageMs, { expiresAt: Date.now() + lifeMs })])
  if (kind === 'lift' && chosen) {
    const { expiresAt, id, subject } = chosen
    await ledger.append([row(ageMs, { subject, expiresAt, lifts: id, reason: 'lifted' })])
  }
  if (kind === 'lose' && chosen) (ledger.rows as Map<string, Revocation>).delete(chosen.id)
  if (kind === 'wall') vi.setSystemTime(Date.now() + ms)
  if (kind === 'fail') {
    ledger.trouble = new Error('no way to the database')
    await pass(ms)
    ledger.trouble = undefined
  }
  if (kind === 'pass') await pass(ms)
}
