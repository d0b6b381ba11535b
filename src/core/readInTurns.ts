import type { Clock } from './ports.js'
import { inTime, LateError, withTimeLimit } from './timeLimit.js'

export interface TurnwiseReading {
  /** Reads until the end, or as long as pages come in time. Rejects when a page is late. */
  turn(): Promise<void>
  /** Whether a page was late and the reading is not finished. */
  readonly isUnderWay: boolean
}

export interface TurnwiseReadingOptions<Page> {
  /**
   * Begins a reading. It does its own final work, after the last page. `signal` is aborted when a
   * page is given up.
   */
  begin(signal: AbortSignal): AsyncIterable<Page>
  take(page: Page): void
  monotonic: Clock
}

/** The longest that a turn waits for a page, in milliseconds. */
const PAGE_WAIT_MS = 5_000
/** After this time the connection that was asked counts as lost. */
const LOST_MS = 30_000
const MAX_LOST_MS = 600_000

/**
 * Reads page by page. A late page fails the turn, and the next turn waits for the same page, so
 * that an overloaded database does not get the same question twice. A page that is missing for half
 * a minute, and twice as long each time, is given up and the reading starts again. Before that, the
 * database is told to stop working on the page.
 */
export function readInTurns<Page>(options: TurnwiseReadingOptions<Page>): TurnwiseReading {
  const { begin, take, monotonic } = options
  let pages: AsyncIterator<Page> | undefined
  let underWay = new AbortController()
  let late: { page: Promise<IteratorResult<Page>>; askedAt: number } | undefined
  let lostAfterMs = LOST_MS

  /** The next page. A late one is kept for the next turn. */
  const nextPage = async (from: AsyncIterator<Page>) => {
    const { page, askedAt } = late ?? { page: from.next(), askedAt: monotonic() }
    late = { page, askedAt }
    try {
      const result = await inTime(page, PAGE_WAIT_MS)
      late = undefined
      return result
    } catch (error) {
      const isLost = monotonic() - askedAt > lostAfterMs
      if (isLost) {
        lostAfterMs = Math.min(2 * lostAfterMs, MAX_LOST_MS)
        underWay.abort()
        await withTimeLimit(page, PAGE_WAIT_MS).catch(() => {})
      }
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
      if (!pages) {
        underWay = new AbortController()
        pages = begin(underWay.signal)[Symbol.asyncIterator]()
      }
      try {
        await readOn(pages)
      } finally {
        // Finished or failed. A reading that is merely late goes on.
        if (!late) pages = undefined
      }
    },
    get isUnderWay() {
      return pages !== undefined
    },
  }
}

/** A database in the same process would otherwise never let other work run. */
const othersToRun = () => new Promise<void>((resolve) => setImmediate(resolve))
