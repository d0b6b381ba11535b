import type { ClockJumps, Clocks } from './clockJumps.js'

/** How long ago the index last knew itself complete, whatever becomes of the clocks. */
export interface Freshness {
  /** The index holds all that there was at this instant, by the clock that never jumps. */
  complete(asOf: number): void
  /** Whether the wall clock has not jumped since; before the first time: at all. */
  readonly isSteady: boolean
  /** In milliseconds; `Infinity` before the first time. */
  readonly stalenessMs: number
  /**
   * Whether it was complete within so many milliseconds, and the wall clock has not jumped since.
   *
   * @param at what the wall clock shows, where that is known
   */
  isWithin(maxStalenessMs: number, at?: number): boolean
}

export interface FreshnessOptions extends Clocks {
  jumps: ClockJumps
}

/**
 * An age is the larger of what both clocks say: the wall clock can be set back, and the one that
 * never jumps stands still while the machine sleeps.
 */
export function createFreshness({ now, monotonic, jumps }: FreshnessOptions): Freshness {
  let asOf = Number.NEGATIVE_INFINITY
  let wallAsOf = Number.NEGATIVE_INFINITY
  let jumpsThen = 0

  const ageMs = (at: number) => Math.max(0, monotonic() - asOf, at - wallAsOf)

  return {
    complete(instant) {
      const age = monotonic() - instant
      // What lies ahead is by another clock than it should be.
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
