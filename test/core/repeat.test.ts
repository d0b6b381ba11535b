import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { repeat } from '../../src/core/repeat.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A task that takes `ms` and fails as often as requested. */
function recordedTask({ ms = 0, failures = 0 } = {}) {
  const starts: number[] = []
  let running = 0
  let most = 0
  const origin = Date.now()
  return {
    starts,
    get mostAtOnce() {
      return most
    },
    run: async () => {
      starts.push(Date.now() - origin)
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, ms))
      running -= 1
      if (starts.length <= failures) throw new Error(`failure ${starts.length}`)
    },
  }
}

describe('repeat', () => {
  it('waits the interval between the end of one run and the start of the next', async () => {
    const task = recordedTask({ ms: 30 })
    const loop = repeat(task.run, { intervalMs: 100, onOutcome: () => {} })
    loop.start()
    await vi.advanceTimersByTimeAsync(300)
    expect(task.starts).toEqual([0, 130, 260])
    await loop.stop()
  })

  it('goes on after a failure, at the pace of `retryMs`, and reports each outcome', async () => {
    const task = recordedTask({ ms: 10, failures: 2 })
    const outcomes: (string | undefined)[] = []
    const loop = repeat(task.run, {
      intervalMs: 1_000,
      retryMs: 50,
      onOutcome: (error) => outcomes.push(error?.message),
    })
    loop.start()
    await vi.advanceTimersByTimeAsync(1_200)
    expect(task.starts).toEqual([0, 60, 120, 1_130])
    expect(outcomes).toEqual(['failure 1', 'failure 2', undefined, undefined])
    await loop.stop()
  })

  it('reports an error when something else was thrown', async () => {
    const outcomes: unknown[] = []
    const thrown = async () => {
      throw 'a text'
    }
    const loop = repeat(thrown, { intervalMs: 10, onOutcome: (error) => outcomes.push(error) })
    await expect(loop.now()).rejects.toThrow('a text')
    expect(outcomes[0]).toBeInstanceOf(Error)
    await loop.stop()
  })

  it('never runs twice at once: `now` joins the current run', async () => {
    const task = recordedTask({ ms: 50 })
    const loop = repeat(task.run, { intervalMs: 10, onOutcome: () => {} })
    loop.start()
    const joined = Promise.all([loop.now(), loop.now(), loop.now()])
    await vi.advanceTimersByTimeAsync(50)
    await joined
    expect(task.starts).toEqual([0])
    expect(task.mostAtOnce).toBe(1)
    await loop.stop()
  })

  it('runs at once when asked, and restarts the interval', async () => {
    const task = recordedTask()
    const loop = repeat(task.run, { intervalMs: 100, onOutcome: () => {} })
    loop.start()
    await vi.advanceTimersByTimeAsync(40)
    const asked = loop.now()
    await vi.advanceTimersByTimeAsync(110)
    await asked
    expect(task.starts).toEqual([0, 40, 140])
    await loop.stop()
  })

  it('passes the failure of a run to its caller', async () => {
    const task = recordedTask({ failures: 1 })
    const loop = repeat(task.run, { intervalMs: 100, onOutcome: () => {} })
    const asked = expect(loop.now()).rejects.toThrow('failure 1')
    await vi.advanceTimersByTimeAsync(1)
    await asked
    await loop.stop()
  })

  it('waits for the current run when stopped, and starts no other', async () => {
    const task = recordedTask({ ms: 50 })
    const outcomes: string[] = []
    const loop = repeat(task.run, { intervalMs: 10, onOutcome: () => outcomes.push('told') })
    loop.start()
    const stopped = vi.fn()
    const stopping = loop.stop().then(stopped)
    await vi.advanceTimersByTimeAsync(40)
    expect(stopped).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(10)
    await stopping
    await vi.advanceTimersByTimeAsync(1_000)
    expect(task.starts).toEqual([0])
    expect(outcomes).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('cannot be started or asked once it has been stopped', async () => {
    const task = recordedTask()
    const loop = repeat(task.run, { intervalMs: 10, onOutcome: () => {} })
    await loop.stop()
    loop.start()
    await expect(loop.now()).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(100)
    expect(task.starts).toEqual([])
  })
})
