import type { Clock } from './ports.js'
import { CLOCK_TOLERANCE_MS } from './revocation.js'

/** Notices that the wall clock was set, or that the machine slept. */
export interface ClockJumps {
  /**
   * Looks, and tells how often the wall clock has jumped by more than the tolerance so far.
   *
   * @param at what the wall clock shows, where that is known
   */
  count(at?: number): number
  /** What `count` told last. */
  readonly last: number
  /** Counts one that was not seen: the clock had been wrong for a while, and is right again. */
  note(): void
}

export interface Clocks {
  /** The wall clock, in milliseconds since the epoch. */
  now: Clock
  /** One that never jumps, in milliseconds: `performance.now()`. */
  monotonic: Clock
}

/** The two clocks go at one pace: what comes between them is a jump of the wall clock. */
export function createClockJumps({ now, monotonic }: Clocks): ClockJumps {
  let distance = now() - monotonic()
  let jumps = 0
  return {
    count(at = now()) {
      const current = at - monotonic()
      if (Math.abs(current - distance) > CLOCK_TOLERANCE_MS) {
        distance = current
        jumps += 1
      }
      return jumps
    },
    get last() {
      return jumps
    },
    note() {
      jumps += 1
    },
  }
}
