import type { Clock } from '../core/ports.js'

/** Lets a few readings of the log follow one another at once, and then one every 75 ms. */
export interface Pace {
  /** Counts a reading that found news. Returns when the next may begin. */
  next(): number
}

const EVERY_MS = 75
/** So a few single revocations arrive at once, and only a busy log is read in batches. */
const AT_ONCE = 5

export function createPace(now: Clock = () => performance.now()): Pace {
  let next = Number.NEGATIVE_INFINITY
  return {
    next() {
      const at = now()
      // Whatever reads without waiting for its turn delays the next reading by no more than one.
      next = Math.min(Math.max(next, at - AT_ONCE * EVERY_MS), at) + EVERY_MS
      return next
    },
  }
}
