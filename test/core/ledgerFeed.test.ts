import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ledgerFeed } from '../../src/core/ledgerFeed.js'
import type { Feed, Ledger } from '../../src/core/ports.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { sliceStart } from '../../src/core/windowSlices.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { recordingFollower, sampleRevocation } from '../support/samples.js'

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const setUp = (options: { windowMs?: number; fullPassMs?: number; clock?: () => number } = {}) => {
  const { clock, ...rest } = options
  const ledger = memoryLedger({ now: () => Date.now(), ...(clock && { clock }) })
  const feed = ledgerFeed({ ledger, intervalMs: 1_000, now: () => Date.now(), ...rest })
  const follower = recordingFollower()
  return { feed, follower, ledger }
}

/** A reading that is already running goes on with the timers of the test. */
const closed = async (feed: Feed) => {
  const closing = feed.close()
  await vi.advanceTimersByTimeAsync(10_000)
  await closing
}

/** A row that was decided at an instant and becomes visible only now. */
const straggler = (madeAt: number) => sampleRevocation('jti:T', { id: uuidv7(madeAt) })

describe('the feed that reads the ledger', () => {
  it('reads everything first, and then the recent part at its interval', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 5_000 })
    const start = Date.now()
    await ledger.append([straggler(start - 3_000_000)])
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(follower.subjects()).toEqual(['jti:T'])
    expect(ledger.reads[0]).toBe(0)
    expect(ledger.reads).toEqual(
      expect.arrayContaining([start - 5_000, start - 4_000].map(sliceStart)),
    )
    await closed(feed)
  })

  it('begins where another source has told everything before, and also reads the rest', async () => {
    const ledger = memoryLedger({ now: () => Date.now() })
    const firstAsOf = () => performance.now() - 60_000
    const feed = ledgerFeed({ ledger, intervalMs: 1_000, windowMs: 5_000, firstAsOf })
    const start = Date.now()
    feed.follow(recordingFollower())
    await vi.advanceTimersByTimeAsync(1_500)
    expect(ledger.reads[0]).toBe(sliceStart(start - 65_000))
    expect(ledger.reads).toContain(0)
    await closed(feed)
  })

  it('is complete as of the moment when the reading began', async () => {
    const ledger = memoryLedger({ now: () => Date.now() })
    const slow: Ledger = {
      ...ledger,
      async *read(range) {
        yield* ledger.read(range)
        await new Promise((resolve) => setTimeout(resolve, 300))
      },
    }
    const feed = ledgerFeed({ ledger: slow, intervalMs: 1_000, now: () => Date.now() })
    const follower = recordingFollower()
    const start = performance.now()
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1_600)
    expect(follower.completions).toEqual([start, start + 1_300])
    await closed(feed)
  })

  it('learns after an outage what was recorded during it, however long it lasted', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 60_000, fullPassMs: 300_000 })
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1_000)
    ledger.trouble = new Error('no way to the database')
    await vi.advanceTimersByTimeAsync(10_000)
    // Another process can still reach the ledger.
    ledger.trouble = undefined
    await ledger.append([sampleRevocation('jti:T')])
    ledger.trouble = new Error('no way to the database')
    await vi.advanceTimersByTimeAsync(200_000)
    const completed = follower.completions.length
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(1_010)
    expect(follower.completions.length).toBeGreaterThan(completed)
    expect(follower.subjects()).toEqual(['jti:T'])
    await closed(feed)
  })

  it('learns within a window of a row that became visible long after it was decided', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 5_000 })
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(60_000)
    await ledger.append([straggler(Date.now() - 50_000)])
    await vi.advanceTimersByTimeAsync(6_000)
    expect(follower.subjects()).toEqual(['jti:T'])
    await closed(feed)
  })

  it('learns of an even later row in a full pass', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 5_000, fullPassMs: 300_000 })
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(200_000)
    await ledger.append([straggler(Date.now() - 150_000)])
    await vi.advanceTimersByTimeAsync(50_000)
    expect(follower.subjects()).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(follower.subjects()).toEqual(['jti:T'])
    await closed(feed)
  })

  it('goes by the clock of the ledger, however wrong its own is', async () => {
    for (const offset of [-3_600_000, -20_000, 20_000, 3_600_000]) {
      const { feed, follower, ledger } = setUp({ clock: () => Date.now() - offset })
      feed.follow(follower)
      await vi.advanceTimersByTimeAsync(3_000)
      await ledger.append([straggler(Date.now() - offset - 4_000)])
      await vi.advanceTimersByTimeAsync(1_000)
      expect(follower.subjects(), `${offset} ms ahead`).toEqual(['jti:T'])
      await closed(feed)
    }
  })

  it("treats nothing as expired that is not, by the ledger's clock or its own", async () => {
    for (const offset of [-60_000, 60_000]) {
      const { feed, follower, ledger } = setUp({ clock: () => Date.now() - offset })
      const later = Math.min(Date.now(), Date.now() - offset) + 1_000
      await ledger.append([sampleRevocation('jti:T', { expiresAt: later })])
      feed.follow(follower)
      await vi.advanceTimersByTimeAsync(1)
      expect(follower.subjects(), `${offset} ms ahead`).toEqual(['jti:T'])
      await closed(feed)
    }
  })

  it('reads everything again when the first reading was cut short', async () => {
    const { feed, follower, ledger } = setUp()
    ledger.trouble = new Error('no')
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1)
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ledger.reads).toEqual([0])
    expect(follower.completions).toHaveLength(1)
    await closed(feed)
  })

  it('reads everything again after its wall clock was set, before it is complete', async () => {
    for (const jump of [-3_600_000, 3_600_000]) {
      const { feed, follower, ledger } = setUp()
      feed.follow(follower)
      await vi.advanceTimersByTimeAsync(2_500)
      vi.setSystemTime(Date.now() + jump)
      const { length } = ledger.reads
      const completed = follower.completions.length
      await vi.advanceTimersByTimeAsync(1_000)
      expect(ledger.reads[length]).toBe(0)
      expect(follower.completions.length).toBe(completed + 1)
      await closed(feed)
    }
  })

  it('does not ask a slow ledger the same question twice, and accepts its late answer', async () => {
    const { ledger } = setUp()
    let asked = 0
    let answer = () => {}
    const slow: Ledger = {
      ...ledger,
      async *read(range) {
        asked += 1
        await new Promise<void>((resolve) => {
          answer = resolve
        })
        yield* ledger.read(range)
      },
    }
    await ledger.append([sampleRevocation('jti:T')])
    const feed = ledgerFeed({ ledger: slow, intervalMs: 1_000, now: () => Date.now() })
    const follower = recordingFollower()
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(25_000)
    expect(asked).toBe(1)
    expect(follower.reports.at(-1)).toBeInstanceOf(Error)
    answer()
    await vi.advanceTimersByTimeAsync(1)
    expect(follower.subjects()).toEqual(['jti:T'])
    expect(follower.completions).toEqual([expect.any(Number)])
    await closed(feed)
  })

  it('gives up on a ledger that never answers, less and less often', async () => {
    const { ledger } = setUp()
    const askedAt: number[] = []
    const signals: (AbortSignal | undefined)[] = []
    const silent: Ledger = {
      ...ledger,
      async *read({ signal }) {
        askedAt.push(performance.now())
        signals.push(signal)
        await new Promise(() => {})
      },
    }
    const feed = ledgerFeed({ ledger: silent, intervalMs: 1_000, now: () => Date.now() })
    feed.follow(recordingFollower())
    await vi.advanceTimersByTimeAsync(300_000)
    expect(askedAt.length).toBeGreaterThanOrEqual(3)
    expect(askedAt.length).toBeLessThanOrEqual(5)
    const pauses = askedAt.slice(1).map((at, i) => at - (askedAt[i] ?? 0))
    expect(pauses[1]).toBeGreaterThan(1.5 * (pauses[0] ?? 0))
    expect(signals.map((each) => each?.aborted)).toEqual([...pauses.map(() => true), false])
    await closed(feed)
  })

  it('waits until a ledger has stopped working on what it gives up', async () => {
    const { ledger } = setUp()
    let running = 0
    let mostAtOnce = 0
    let asked = 0
    const hanging: Ledger = {
      ...ledger,
      async *read({ signal }) {
        asked += 1
        running += 1
        mostAtOnce = Math.max(mostAtOnce, running)
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () =>
            setTimeout(() => {
              running -= 1
              reject(new Error('canceled'))
            }, 3_000),
          ),
        )
      },
    }
    const feed = ledgerFeed({ ledger: hanging, intervalMs: 1_000, now: () => Date.now() })
    feed.follow(recordingFollower())
    await vi.advanceTimersByTimeAsync(300_000)
    expect(asked).toBeGreaterThan(2)
    expect(mostAtOnce).toBe(1)
    await closed(feed)
  })
})
