import type { Clock } from './ports.js'
import { inTime, LateError } from './timeLimit.js'

export interface TurnwiseReading {
  /** Reads on to the end, or for as long as the pages come in time. Rejects when one does not. */
  turn(): Promise<void>
  /** Whether a page was late and the reading is not over. */
  readonly isUnderWay: boolean
}

export interface TurnwiseReadingOptions<Page> {
  /** Begins a reading. What is to be done at its end it does itself, after the last page. */
  begin(): AsyncIterable<Page>
  take(page: Page): void
  monotonic: Clock
}

/** Longer than this, in milliseconds, no turn waits for a page. */
const PAGE_WAIT_MS = 5_000
/** After so long the connection that was asked is taken for lost. */
const LOST_MS = 30_000
const MAX_LOST_MS = 600_000

/**
 * Reads page by page. A page that is late fails the turn, and the next one waits for the same
 * page: an overloaded database is not asked again what it still works on. Only what stays away for
 * half a minute, and twice as long each time, is given up and begun anew.
 */
export function readInTurns<Page>(options: TurnwiseReadingOptions<Page>): TurnwiseReading {
  const { begin, take, monotonic } = options
  let pages: AsyncIterator<Page> | undefined
  let late: { page: Promise<IteratorResult<Page>>; askedAt: number } | undefined
  let lostAfterMs = LOST_MS

  /** The next page; a late one is kept for the next turn. */
  const nextPage = async (from: AsyncIterator<Page>) => {
    const { page, askedAt } = late ?? { page: from.next(), askedAt: monotonic() }
    late = { page, askedAt }
    try {
      const result = await inTime(page, PAGE_WAIT_MS)
      late = undefined
      return result
    } catch (error) {
      const isLost = monotonic() - askedAt > lostAfterMs
      if (isLost) lostAfterMs = Math.min(2 * lostAfterMs, MAX_LOST_MS)
      if (isLost || !(error instanceof LateError)) late = undefined
      throw error
    }
  }

  const readOn = async (from: AsyncIterator<Page>) => {
    for (let next = await nextPage(from); next.done !== true; next = await nextPage(from)) {
      take(next.value)
      await othersToRun()
    }
    lostAfterMs = LOST_MS
  }

  return {
    async turn() {
      pages ??= begin()[Symbol.asyncIterator]()
      try {
        await readOn(pages)
      } finally {
        // Over, or failed; what is merely late goes on.
        if (!late) pages = undefined
      }
    },
    get isUnderWay() {
      return pages !== undefined
    },
  }
}

/** A database in the same process answers without ever leaving the event loop to anyone else. */
const othersToRun = () => new Promise<void>((resolve) => setImmediate(resolve))
