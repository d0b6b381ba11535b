const SHORTEST_MS = 250
const LONGEST_MS = 1_000

/** How long one reading of the log waits for news. */
export interface NewsWait {
  /** Milliseconds; 0 where the follower is behind, so that its first answer does not wait. */
  readonly ms: number
  /** A reading ended, with news or without. */
  ended(hadNews: boolean): void
  /** The follower now knows everything. */
  completed(): void
}

/**
 * Longer and longer while there are no news, and no longer than who asks for a fresh answer waits.
 * News end no wait later: they are handed over as they come.
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
