import type { Clock } from './ports.js'
import { CLOCK_TOLERANCE_MS } from './revocation.js'

/** Notices when the wall clock was set, and when the machine slept. */
export interface ClockJumps {
  /**
   * Checks the clocks and returns how often the wall clock has jumped by more than the tolerance.
   *
   * @param at the time on the wall clock, if the caller already read it
   */
  count(at?: number): number
  /** The last result of `count`. */
  readonly last: number
  /** Counts a jump that nobody saw: the clock was wrong for a while and is right again. */
  note(): void
}

export interface Clocks {
  /** The wall clock, in milliseconds since the epoch. */
  now: Clock
  /** A clock that never jumps, in milliseconds: `performance.now()`. */
  monotonic: Clock
}

/** Both clocks run at the same pace, so a change of their distance is a jump of the wall clock. */
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
