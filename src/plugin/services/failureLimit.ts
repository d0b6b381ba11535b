import { createHash, randomBytes } from 'node:crypto'

/** Limits failures under names that anybody can make up, in a fixed amount of memory. */
export interface FailureLimit {
  /** Counts a failure. When there were too many, it returns the seconds until the next may come. */
  count(name: string): number | undefined
}

/** So many failures in a row count, and then one in each interval. */
const BURST = 10
const INTERVAL_MS = 6_000
/** Names share places at random, so nobody can tell a known name by its place. */
const PLACES = 256

/**
 * Each place holds the time at which its failures are used up (the generic cell rate algorithm of
 * ITU-T I.371). A failure above the limit does not move that time, so it cannot prolong anything.
 */
export function createFailureLimit(): FailureLimit {
  const usedUpAt = new Float64Array(PLACES)
  const salt = randomBytes(16)
  const placeOf = (name: string) => createHash('sha256').update(salt).update(name).digest()[0] ?? 0

  return {
    count(name) {
      const place = placeOf(name)
      const at = performance.now()
      const until = Math.max(usedUpAt[place] ?? 0, at)
      const waitMs = until - at - (BURST - 1) * INTERVAL_MS
      if (waitMs > 0) return Math.ceil(waitMs / 1_000)
      usedUpAt[place] = until + INTERVAL_MS
      return undefined
    },
  }
}
