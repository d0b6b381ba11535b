import type { ClockJumps, Clocks } from './clockJumps.js'

/** How long ago the index was last known to be complete, safe against clock jumps. */
export interface Freshness {
  /** The index held everything as of this instant, by the monotonic clock. */
  complete(asOf: number): void
  /**
   * Whether the wall clock has not jumped since then, or since the start if nothing is complete
   * yet.
   */
  readonly isSteady: boolean
  /** In milliseconds; `Infinity` before the index was complete for the first time. */
  readonly stalenessMs: number
  /**
   * Whether the index was complete within this many milliseconds and the wall clock has not jumped
   * since.
   *
   * @param at the time on the wall clock, if the caller already read it
   */
  isWithin(maxStalenessMs: number, at?: number): boolean
}

export interface FreshnessOptions extends Clocks {
  jumps: ClockJumps
}

/**
 * The age is the larger one of two clocks: the wall clock can be set back, and the monotonic clock
 * stands still while the machine sleeps.
 */
export function createFreshness({ now, monotonic, jumps }: FreshnessOptions): Freshness {
  let asOf = Number.NEGATIVE_INFINITY
  let wallAsOf = Number.NEGATIVE_INFINITY
  let jumpsThen = 0

  const ageMs = (at: number) => Math.max(0, monotonic() - asOf, at - wallAsOf)

  return {
    complete(instant) {
      const age = monotonic() - instant
      // An instant in the future comes from the wrong clock.
      if (!(age >= 0) || instant < asOf) return
      asOf = instant
      wallAsOf = now() - age
      jumpsThen = jumps.last
    },
    get isSteady() {
      return jumps.count() === jumpsThen
    },
    get stalenessMs() {
      return ageMs(now())
    },
    isWithin: (maxStalenessMs, at = now()) =>
      ageMs(at) <= maxStalenessMs && jumps.count(at) === jumpsThen,
  }
}
