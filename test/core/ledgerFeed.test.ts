import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ledgerFeed } from '../../src/core/ledgerFeed.js'
import type { Ledger } from '../../src/core/ports.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { recordingFollower, sampleRevocation } from '../support/samples.js'

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const setUp = (options: { windowMs?: number; fullPassMs?: number } = {}) => {
  const ledger = memoryLedger({ now: () => Date.now() })
  const feed = ledgerFeed({ ledger, intervalMs: 1_000, now: () => Date.now(), ...options })
  const follower = recordingFollower()
  return { feed, follower, ledger }
}

describe('the feed that reads the ledger', () => {
  it('reads everything first and then, at its interval, the recent end', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 5_000 })
    const start = Date.now()
    await ledger.append([sampleRevocation('jti:old', { revokedAt: start - 3_000_000 })])
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(follower.subjects()).toEqual(['jti:old'])
    expect(ledger.reads[0]).toBe(0)
    expect(ledger.reads.slice(1)).toEqual([start - 5_000, start - 4_000])
    await feed.close()
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
    const start = Date.now()
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1_600)
    expect(follower.completions).toEqual([start, start + 1_300])
    await feed.close()
  })

  it('learns after an outage what was recorded during it, however long it was', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 60_000, fullPassMs: 300_000 })
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1_000)
    ledger.trouble = new Error('no way to the database')
    await vi.advanceTimersByTimeAsync(10_000)
    // Another process still reaches the ledger.
    ledger.trouble = undefined
    await ledger.append([sampleRevocation('jti:T')])
    ledger.trouble = new Error('no way to the database')
    await vi.advanceTimersByTimeAsync(200_000)
    const completed = follower.completions.length
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(1_010)
    expect(follower.completions.length).toBeGreaterThan(completed)
    expect(follower.subjects()).toEqual(['jti:T'])
    await feed.close()
  })

  it('learns a straggler, which became visible long after it was decided, in a full pass', async () => {
    const { feed, follower, ledger } = setUp({ windowMs: 5_000, fullPassMs: 30_000 })
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(15_000)
    await ledger.append([sampleRevocation('jti:T', { revokedAt: Date.now() - 10_000 })])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(follower.subjects()).toEqual([])
    await vi.advanceTimersByTimeAsync(11_000)
    expect(follower.subjects()).toEqual(['jti:T'])
    await feed.close()
  })

  it('reads everything again when the first reading was cut short', async () => {
    const { feed, follower, ledger } = setUp()
    ledger.trouble = new Error('no')
    feed.follow(follower)
    await vi.advanceTimersByTimeAsync(1)
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(1_000)
    expect(ledger.reads).toEqual([0, 0])
    expect(follower.completions).toHaveLength(1)
    await feed.close()
  })
})
