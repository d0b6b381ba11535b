import type { Clock, SharedCount, SharedCounts } from './ports.js'
import { totalOf } from './rowDigest.js'
import { uuidv7 } from './uuidv7.js'

/**
 * Of the processes that share their counts, one counts and the others compare with what it has found.
 * If it stops, another goes on. Nothing depends on that there is only one: then they count too often,
 * or each for itself.
 */
export interface CountWatch {
  /** Whether it is time for {@link look}. */
  isDue(): boolean
  /** What the others have counted and we have not compared yet; or that we must count. */
  look(): Promise<SharedCount | 'overdue' | undefined>
  /** The count of the last look needs no comparison any more. */
  settle(): void
  publish(count: Omit<SharedCount, 'id'>): Promise<void>
  /** A count that differed although nothing was missed. If there are many, none is trusted. */
  wasWrong(): void
}

export interface CountWatchOptions {
  shared: SharedCounts | undefined
  monotonic: Clock
  /** Milliseconds between two looks, and between two counts if the ledger is not too large. */
  lookMs: number
  /** After trouble, there is none for so many milliseconds. */
  restMs: number
}

/** A million rows take PostgreSQL 90 ms, so this is a thirtieth of a core for all processes. */
const COUNTED_PER_SECOND = 400_000
const PATIENCE = 3

export function createCountWatch(options: CountWatchOptions): CountWatch {
  const { shared, monotonic, lookMs, restMs } = options
  /** Not all notice at the same time that a count is overdue. */
  const laziness = 1.5 + Math.random()
  let nextAt = Number.NEGATIVE_INFINITY
  let seen: { id: string | undefined; at: number; rows: number } | undefined
  let own: string | undefined
  let pending: SharedCount | undefined
  let wrong = 0

  const rest = () => {
    nextAt = monotonic() + restMs
    pending = undefined
    seen = undefined
  }

  const see = (count: SharedCount | undefined) => {
    if (seen && count?.id === seen.id) return
    seen = { id: count?.id, at: monotonic(), rows: totalOf(count?.digest ?? []) }
    if (count && count.id !== own) pending ??= count
  }

  return {
    isDue: () => shared !== undefined && monotonic() >= nextAt,

    async look() {
      nextAt = monotonic() + lookMs
      try {
        const last = await shared?.read()
        // What we wrote is gone, so the others did not see it either.
        if (own && !last) rest()
        else see(last)
      } catch {
        rest()
        return undefined
      }
      const { at, id, rows } = seen ?? { at: monotonic(), id: undefined, rows: 0 }
      const pauseMs = Math.max(lookMs, (rows / COUNTED_PER_SECOND) * 1_000)
      const isOurs = id !== undefined && id === own
      return monotonic() - at >= pauseMs * (isOurs ? 1 : laziness) ? 'overdue' : pending
    },

    settle() {
      pending = undefined
    },

    async publish(count) {
      pending = undefined
      own = uuidv7(Date.now())
      try {
        await shared?.write({ id: own, ...count })
        see({ id: own, ...count })
      } catch {
        rest()
      }
    },

    wasWrong() {
      wrong += 1
      if (wrong % PATIENCE === 0) rest()
    },
  }
}
