import {
  addAll,
  addDigests,
  type CountedRow,
  countRow,
  type MinuteDigests,
  NO_ROWS,
  type RowDigest,
} from './rowDigest.js'
import { uuidv7Floor } from './uuidv7.js'

/**
 * The digest of the ledger's rows that this process has read, without the rows. A row counts once:
 * in the regular reading that is the last to cover the time at which its id was created. A row that
 * becomes visible later does not count, so the digest then differs from the ledger's.
 */
export interface KnownRows {
  /** Rows whose id was created before this instant count (ms, by the ledger's clock). */
  readonly horizon: number
  /** Whether the whole ledger was read, so that the digest can be compared with the ledger's. */
  readonly isComplete: boolean
  /** Adds the rows whose ids were created between the horizon and a later one. */
  advance(horizon: number, counted: MinuteDigests): void
  /** Replaces everything with what a reading of the whole ledger counted below a new horizon. */
  restart(horizon: number, counted: MinuteDigests): void
  /** Begins a check as of the horizon. An earlier check that is under way changes nothing more. */
  check(): Check
}

/** A comparison with the ledger, or another reading of it. Rows after its horizon do not matter. */
export interface Check {
  readonly horizon: number
  /** When the oldest ids of the recent part were created; `horizon` if there is no such part. */
  readonly recentSince: number
  /** The digest of the rows that expire in this minute or later, and were created `since`. */
  total(range: { since: number; firstMinute: number }): RowDigest
  /** The digests of the rows of any age, from this minute on. */
  byMinute(firstMinute: number): ReadonlyMap<number, RowDigest>
  /** Takes rows that were read in this check. */
  count(page: readonly CountedRow[]): void
  /** The rows that were taken are all that exist in this range (`minutes` absent: in every one). */
  replace(range: { since: number; minutes?: readonly number[] }): void
  /** Ends the check. */
  end(): void
}

/** Rows whose ids were created from one instant up to, but not including, another. */
interface Slice {
  readonly from: number
  to: number
  digests: MinuteDigests
}

export interface KnownRowsOptions {
  /** Rows created in the last so many milliseconds can be told apart from older ones. */
  recentMs: number
  /** How exactly, in milliseconds. */
  sliceMs: number
}

export function createKnownRows({ recentMs, sliceMs }: KnownRowsOptions): KnownRows {
  /** In the order of time, without gaps. The first has no beginning. */
  let slices: Slice[] = []
  let horizon = 0
  let isComplete = false
  let current: Check | undefined
  /** Whether the next rows need a slice of their own, because a check ends at the horizon. */
  let isSealed = false

  /** A check that is under way needs the slices as they are. */
  const mergeOld = () => {
    for (
      let next = slices[1];
      next && next.to <= horizon - recentMs && !current;
      next = slices[1]
    ) {
      const first = slices[0] as Slice
      addAll(first.digests, next.digests)
      first.to = next.to
      slices.splice(1, 1)
    }
  }

  const forgetBefore = (minute: number) => {
    for (const { digests } of slices)
      for (const each of digests.keys()) if (each < minute) digests.delete(each)
  }

  return {
    get horizon() {
      return horizon
    },

    get isComplete() {
      return isComplete
    },

    advance(to, counted) {
      // The ledger's clock was set back, so its next rows have ids that count as known.
      if (to < horizon - sliceMs) {
        slices = []
        horizon = 0
        isComplete = false
        current = undefined
      }
      if (to <= horizon) return
      const last = slices.at(-1)
      if (!last || slices.length === 1 || isSealed || to - last.from > sliceMs) {
        slices.push({ from: horizon, to, digests: counted })
      } else {
        addAll(last.digests, counted)
        last.to = to
      }
      isSealed = false
      horizon = to
      mergeOld()
    },

    restart(to, counted) {
      slices = [{ from: 0, to, digests: counted }]
      horizon = to
      isComplete = true
      current = undefined
    },

    check() {
      isSealed = true
      const own = [...slices]
      const floors = own.map(({ from }) => uuidv7Floor(from))
      const end = uuidv7Floor(horizon)
      const counted = own.map((): MinuteDigests => new Map())
      const recent = own.slice(1).find(({ from }) => from >= horizon - recentMs)

      const check: Check = {
        horizon,
        recentSince: recent?.from ?? horizon,

        total({ firstMinute, since }) {
          // The minute that is about to end stays: clocks differ.
          forgetBefore(firstMinute - 1)
          let total = NO_ROWS
          for (const { digests, from } of own) {
            if (from < since) continue
            for (const [minute, digest] of digests)
              if (minute >= firstMinute) total = addDigests(total, digest)
          }
          return total
        },

        byMinute(firstMinute) {
          const all: MinuteDigests = new Map()
          for (const { digests } of own) addAll(all, digests)
          for (const minute of all.keys()) if (minute < firstMinute) all.delete(minute)
          return all
        },

        count(page) {
          for (const row of page) {
            if (row.id >= end) continue
            let place = own.length - 1
            while (place > 0 && row.id < (floors[place] as string)) place -= 1
            const digests = counted[place]
            if (digests) countRow(digests, row)
          }
        },

        replace({ since, minutes }) {
          if (current !== check) return
          for (const [place, slice] of own.entries()) {
            if (slice.from < since) continue
            const found = counted[place] as MinuteDigests
            if (!minutes) slice.digests = found
            for (const minute of minutes ?? []) {
              const digest = found.get(minute)
              if (digest) slice.digests.set(minute, digest)
              else slice.digests.delete(minute)
            }
          }
          if (since === 0 && !minutes) isComplete = true
        },

        end() {
          if (current === check) current = undefined
        },
      }
      current = check
      return check
    },
  }
}
