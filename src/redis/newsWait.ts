const SHORTEST_MS = 250
const LONGEST_MS = 1_000

/** How long one reading of the log waits for news. */
export interface NewsWait {
  /** Milliseconds; 0 when the follower is behind, so that its first answer does not wait. */
  readonly ms: number
  /** A reading ended. `hadNews`: it found some, but not so much that it was read in batches. */
  ended(hadNews: boolean): void
  /** The follower now knows everything. */
  completed(): void
}

/**
 * The wait grows while there is no news or very much, up to the time that a caller of a fresh answer
 * waits. A long wait delays no news, because news is handed over as it comes. Each end of a wait
 * costs several commands.
 */
export function createNewsWait({ isAtRest }: { isAtRest: () => boolean }): NewsWait {
  let waitMs = SHORTEST_MS
  let completedAt = Number.NEGATIVE_INFINITY
  return {
    get ms() {
      const isBehind = performance.now() - completedAt >= 2 * LONGEST_MS
      return isBehind || isAtRest() ? 0 : waitMs
    },
    ended(hadNews) {
      waitMs = hadNews ? SHORTEST_MS : Math.min(2 * waitMs, LONGEST_MS)
    },
    completed() {
      completedAt = performance.now()
    },
  }
}
