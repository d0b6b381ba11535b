import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const START = 1_700_000_000_000
const HOUR_MS = 3_600_000
const FROZEN_MS = 60_000

beforeEach(() => void vi.useFakeTimers({ now: START }))
afterEach(() => void vi.useRealTimers())

/** A process that is frozen while the ledger answers one of its regular readings. */
async function frozenWhileReading(restAfterMs: number | undefined) {
  let frozenMs = 0
  let answer: Promise<void> | undefined
  const now = () => Date.now() + frozenMs
  const ledger = memoryLedger({ now })
  const { read } = ledger
  ledger.read = async function* (range) {
    const pages = []
    for await (const page of read(range)) pages.push(page)
    await answer
    yield* pages
  }
  const denylist = createDenylist({
    ...{ ledger, maxTokenLifetimeMs: 2 * HOUR_MS, maxStalenessMs: 10_000, restAfterMs },
    ...{ now, monotonic: () => performance.now() + frozenMs },
  })
  const judge = async (ids: readonly string[]) => {
    const asked = ids.map((id) => denylist.judge(sampleToken({ id, now: START })))
    await vi.advanceTimersByTimeAsync(100)
    return (await Promise.all(asked)).map(({ status }) => status)
  }
  expect(await judge(['gone', 'good'])).toEqual(['valid', 'valid'])
  let resolve = () => {}
  let reject = (_: Error) => {}
  answer = new Promise<void>((give, fail) => {
    resolve = give
    reject = fail
  })
  await vi.advanceTimersByTimeAsync(1_500)
  answer = undefined
  await ledger.append([sampleRevocation('jti:gone', { now: now() })])
  frozenMs = FROZEN_MS
  return {
    judge,
    resolve,
    reject,
    async close() {
      const closing = denylist.close()
      await vi.advanceTimersByTimeAsync(10_000)
      await closing
    },
  }
}

for (const restAfterMs of [undefined, FROZEN_MS / 2]) {
  const kind = restAfterMs ? 'that rests' : 'that never rests'

  it(`a process ${kind} reads anew for its first answer after it was frozen in a reading`, async () => {
    const { close, judge, resolve } = await frozenWhileReading(restAfterMs)
    resolve()
    expect(await judge(['gone', 'good'])).toEqual(['revoked', 'valid'])
    await close()
  })

  it(`a process ${kind} reads again when its connection was cut while it was frozen`, async () => {
    const { close, judge, reject } = await frozenWhileReading(restAfterMs)
    reject(new Error('connection terminated'))
    expect(await judge(['gone', 'good'])).toEqual(['revoked', 'valid'])
    await close()
  })
}
