import { readFileSync } from 'node:fs'
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'

/** Steps that block the process, in milliseconds. */
export interface Steps {
  /**
   * Each step without the garbage collection that Node.js did meanwhile. A step in which the system
   * gave the processor to another process is left out.
   */
  own: Float64Array
  /** The longest step, the garbage collection and other processes included. */
  longest: number
}

/** Three numbers for each step: its start, its end, and whether it was interrupted. */
const WIDTH = 3

/** @param most how many steps there may be */
export function createStepTimer(most: number) {
  const collections: { start: number; end: number }[] = []
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      collections.push({ start: startTime, end: startTime + duration })
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const times = new Float64Array(most * WIDTH)
  let count = 0

  /** How long Node.js collected garbage between two instants. */
  const collecting = (from: number, to: number) => {
    const shared = collections.map(({ start, end }) => Math.min(end, to) - Math.max(start, from))
    return shared.reduce((sum, each) => sum + Math.max(0, each), 0)
  }

  return {
    time<Result>(step: () => Result): Result {
      const before = interruptions()
      const start = performance.now()
      const result = step()
      const end = performance.now()
      times.set([start, end, interruptions() - before], count * WIDTH)
      count += 1
      return result
    },

    async stop(): Promise<Steps> {
      // Node.js tells of a collection in a later turn.
      await turn()
      await turn()
      observer.disconnect()
      const own: number[] = []
      let longest = 0
      for (let at = 0; at < count * WIDTH; at += WIDTH) {
        const [start = 0, end = 0, interrupted = 0] = times.subarray(at, at + WIDTH)
        longest = Math.max(longest, end - start)
        if (interrupted === 0) own.push(end - start - collecting(start, end))
      }
      return { own: Float64Array.from(own), longest }
    },
  }
}

/** How often the system has taken the processor from this process' main thread. */
const interruptions = () =>
  Number(
    /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(
      readFileSync(`/proc/self/task/${process.pid}/status`, 'utf8'),
    )?.[1],
  )
