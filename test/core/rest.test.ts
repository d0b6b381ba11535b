import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDenylist, type DenylistOptions } from '../../src/core/denylist.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const MINUTE_MS = 60_000

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const T = sampleToken({ id: 'T', now: 1_700_000_000_000 })

/** A process with only a ledger, which has judged one token. */
async function used(options: Partial<DenylistOptions> = {}) {
  const ledger = memoryLedger({ now: () => Date.now() })
  const denylist = createDenylist({
    ...{ ledger, maxTokenLifetimeMs: 2 * 60 * MINUTE_MS, maxStalenessMs: 10_000 },
    ...{ restAfterMs: MINUTE_MS, ...options },
  })
  const judged = denylist.judge(T)
  await vi.advanceTimersByTimeAsync(100)
  expect(await judged).toEqual({ status: 'valid' })
  const readingsIn = async (ms: number) => {
    const before = ledger.reads.length
    await vi.advanceTimersByTimeAsync(ms)
    return ledger.reads.length - before
  }
  const close = async () => {
    const closing = denylist.close()
    await vi.advanceTimersByTimeAsync(10_000)
    await closing
  }
  return { close, denylist, ledger, readingsIn }
}

describe('a process in which no token is judged', () => {
  it('stops reading the ledger after `restAfterMs`', async () => {
    const { close, denylist, readingsIn } = await used()
    expect(await readingsIn(MINUTE_MS)).toBeGreaterThan(50)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(denylist.state.isAtRest).toBe(true)
    expect(await readingsIn(60 * MINUTE_MS)).toBe(0)
    await close()
  })

  it('looks back again for late commits, even if it woke while the ledger was away', async () => {
    const { close, denylist, ledger } = await used()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    ledger.trouble = new Error('away')
    const woken = denylist.judge(T)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await woken).toMatchObject({ status: 'unknown' })
    ledger.trouble = undefined
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await denylist.judge(T)).toEqual({ status: 'valid' })
    // Older than any reading of the recent part looks back.
    await ledger.append([sampleRevocation('jti:T', { now: Date.now() - MINUTE_MS })])
    for (let seconds = 0; seconds < 40; seconds += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      await denylist.judge(T)
    }
    expect(await denylist.judge(T)).toMatchObject({ status: 'revoked' })
    await close()
  })

  it('catches up before the first answer after a rest, for all who ask in the meantime', async () => {
    const { close, denylist, ledger, readingsIn } = await used()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    await ledger.append([sampleRevocation('jti:T', { now: Date.now() })])
    const asked = Promise.all([denylist.judge(T), denylist.judge(T)])
    await vi.advanceTimersByTimeAsync(100)
    expect((await asked).map(({ status }) => status)).toEqual(['revoked', 'revoked'])
    expect(denylist.state).toMatchObject({ isAtRest: false, isFresh: true })
    expect(await readingsIn(10_000)).toBeGreaterThanOrEqual(9)
    await close()
  })

  it('judges nothing after a rest when the ledger does not answer', async () => {
    const { close, denylist, ledger } = await used()
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    ledger.trouble = new Error('away')
    const asked = denylist.judge(T)
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await asked).status).toBe('unknown')
    ledger.trouble = undefined
    await close()
  })

  it('goes on learning while somebody waits for the end of a token', async () => {
    const { close, denylist, ledger } = await used()
    const ended = vi.fn()
    denylist.watch(T, ended)
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(denylist.state.isAtRest).toBe(false)
    await ledger.append([sampleRevocation('jti:T', { now: Date.now() })])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(ended).toHaveBeenCalledWith(expect.objectContaining({ status: 'revoked' }))
    await close()
  })

  it('never rests without the option', async () => {
    const { close, denylist, readingsIn } = await used({ restAfterMs: undefined })
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(denylist.state.isAtRest).toBe(false)
    expect(await readingsIn(10_000)).toBeGreaterThanOrEqual(9)
    await close()
  })
})
