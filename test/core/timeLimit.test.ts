import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inTime, withTimeLimit } from '../../src/core/timeLimit.js'

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

/** Answers are read in the turn after the one of the timers. */
const aboutHundred = expect.toSatisfy((ms: number) => ms >= 100 && ms <= 101)

describe('withTimeLimit', () => {
  it('ends with the work', async () => {
    expect(await timeTaken(workOf(20), 100)).toEqual({ ms: 20 })
  })

  it('does not wait longer than the limit', async () => {
    expect(await timeTaken(new Promise(() => {}), 100)).toMatchObject({ ms: aboutHundred })
  })

  it('does so without setImmediate, which workers lack', async () => {
    vi.stubGlobal('setImmediate', undefined)
    const taken = await timeTaken(new Promise(() => {}), 100)
    vi.unstubAllGlobals()
    expect(taken).toMatchObject({ ms: aboutHundred })
  })

  it('passes on a failure that comes in time', async () => {
    const error = new Error('no')
    expect(await timeTaken(workOf(20, error), 100)).toEqual({ ms: 20, error })
  })

  it('drops a failure that comes too late, without an unhandled rejection', async () => {
    expect(await timeTaken(workOf(200, new Error('late')), 100)).toMatchObject({ ms: aboutHundred })
  })

  it('leaves no timer behind', async () => {
    await withTimeLimit(Promise.resolve(), 100)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a process that was held up', () => {
  const answerAfter = (ms: number) => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads')
       parentPort.once('message', () => setTimeout(() => parentPort.postMessage('answer'), ${ms}))`,
      { eval: true },
    )
    const answer = new Promise<string>((resolve) => worker.on('message', resolve))
    const ready = new Promise((resolve) => worker.on('online', resolve))
    return { answer, ask: () => worker.postMessage('?'), ready, worker }
  }
  const holdUp = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

  it('reads an answer that came in time before it reports a timeout', async () => {
    vi.useRealTimers()
    const { answer, ask, ready, worker } = answerAfter(5)
    await ready
    ask()
    const waiting = inTime(answer, 100)
    holdUp(300)
    expect(await waiting).toBe('answer')
    await worker.terminate()
  })

  it('extends the limit by the time that it lost itself', async () => {
    vi.useRealTimers()
    const { answer, ask, ready, worker } = answerAfter(40)
    await ready
    const waiting = inTime(answer, 100)
    holdUp(300)
    ask()
    expect(await waiting).toBe('answer')
    await worker.terminate()
  })

  it('ends anyway when it is held up again and again', async () => {
    vi.useRealTimers()
    const holding = setInterval(() => holdUp(70), 0)
    await expect(inTime(new Promise(() => {}), 1)).rejects.toMatchObject({
      code: 'timed-out',
    })
    clearInterval(holding)
  })
})
