/** When something was asked, by a clock that may jump and by one that may stand still. */
interface Instant {
  readonly wall: number
  readonly monotonic: number
}

/** Answers that may be used again, by the text of the token. They are in memory only. */
export interface AnswerCache {
  now(): Instant
  /** The answer, if it is young enough. */
  find(text: string): string | undefined
  keep(text: string, answer: { body: string; askedAt: Instant }): void
}

const MOST = 1_000

/**
 * An answer counts from the moment of the question. Its age is the larger one of two clocks: the
 * wall clock can be set back, and the monotonic clock stands still while the machine sleeps.
 */
export function createAnswerCache(maxAgeMs: number): AnswerCache {
  const answers = new Map<string, { body: string; askedAt: Instant }>()
  const now = () => ({ wall: Date.now(), monotonic: performance.now() })
  const ageOf = ({ wall, monotonic }: Instant) => {
    const at = now()
    return Math.max(at.wall - wall, at.monotonic - monotonic)
  }

  return {
    now,
    find(text) {
      const answer = answers.get(text)
      if (!answer || ageOf(answer.askedAt) < maxAgeMs) return answer?.body
      answers.delete(text)
      return undefined
    },
    keep(text, answer) {
      if (maxAgeMs === 0) return
      const [oldest] = answers.keys()
      if (answers.size >= MOST && oldest !== undefined) answers.delete(oldest)
      answers.set(text, answer)
    },
  }
}
