import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withTimeLimit } from '../../src/core/timeLimit.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const workOf = (ms: number, error?: Error) =>
  new Promise<void>((resolve, reject) => setTimeout(() => (error ? reject(error) : resolve()), ms))

const timeTaken = async (work: Promise<unknown>, limitMs: number) => {
  const start = Date.now()
  const waiting = withTimeLimit(work, limitMs).then(
    () => ({ ms: Date.now() - start }),
    (error: unknown) => ({ ms: Date.now() - start, error }),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  return waiting
}

describe('withTimeLimit', () => {
  it('ends with the work', async () => {
    expect(await timeTaken(workOf(20), 100)).toEqual({ ms: 20 })
  })

  it('does not wait longer than the limit', async () => {
    expect(await timeTaken(new Promise(() => {}), 100)).toEqual({ ms: 100 })
  })

  it('passes on a failure that comes in time', async () => {
    const error = new Error('no')
    expect(await timeTaken(workOf(20, error), 100)).toEqual({ ms: 20, error })
  })

  it('drops a failure that comes too late, without an unhandled rejection', async () => {
    expect(await timeTaken(workOf(200, new Error('late')), 100)).toEqual({ ms: 100 })
  })

  it('leaves no timer behind', async () => {
    await withTimeLimit(Promise.resolve(), 100)
    expect(vi.getTimerCount()).toBe(0)
  })
})
