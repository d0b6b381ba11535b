import { addAll, type CountedRow, countRow, lineBefore, type MinuteCounts } from './rowDigest.js'
import { uuidv7Floor } from './uuidv7.js'

/**
 * How many of the ledger's rows this process has read, without the rows. A row counts once: in the
 * regular reading that is the last to cover the time at which its id was created. A row that becomes
 * visible later does not count, so our count then differs from the ledger's.
 */
export interface KnownRows {
  /** Rows whose id was created before this instant count (ms, by the ledger's clock). */
  readonly horizon: number
  /** Whether the whole ledger was read, so that the counts can be compared with the ledger's. */
  readonly isComplete: boolean
  /** Adds the rows whose ids were created between the horizon and a later one. */
  advance(horizon: number, counted: MinuteCounts): void
  /** Replaces everything with what a reading of the whole ledger counted below a new horizon. */
  restart(horizon: number, counted: MinuteCounts): void
  /** Begins a check as of the horizon. An earlier check that is under way changes nothing more. */
  check(): Check
}

/** A comparison with the ledger, or another reading of it. Rows after its horizon do not matter. */
export interface Check {
  readonly horizon: number
  /** When the oldest ids of the recent part were created; `horizon` if there is no such part. */
  readonly recentSince: number
  /** The last line (see `LINE_MS`) before the horizon. */
  readonly line: number
  /**
   * How many rows expire in each minute from this one on, of those that were created since one
   * instant, and before another. `undefined` if that cannot be told, because `until` is not a line or
   * too old. With the horizon it always can.
   */
  byMinute(range: {
    since: number
    until: number
    firstMinute: number
  }): ReadonlyMap<number, number> | undefined
  /** Takes rows that were read in this check. */
  count(page: readonly CountedRow[]): void
  /** The rows that were taken are all that exist in this range (`minutes` absent: in every one). */
  replace(range: { since: number; minutes?: readonly MinuteRun[] }): void
  /** Ends the check. */
  end(): void
}

/** From one minute to another, both included. */
export type MinuteRun = readonly [first: number, last: number]

/** Rows whose ids were created from one instant up to, but not including, another. */
interface Slice {
  readonly from: number
  to: number
  counts: MinuteCounts
}

export interface KnownRowsOptions {
  /** Rows created in the last so many milliseconds can be told apart from older ones. */
  recentMs: number
  /** By so much may the ledger's clock be set back, in milliseconds. */
  setBackMs: number
}

export function createKnownRows({ recentMs, setBackMs }: KnownRowsOptions): KnownRows {
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
      addAll(first.counts, next.counts)
      first.to = next.to
      slices.splice(1, 1)
    }
  }

  const forgetBefore = (minute: number) => {
    for (const { counts } of slices)
      for (const each of counts.keys()) if (each < minute) counts.delete(each)
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
      if (to < horizon - setBackMs) {
        slices = []
        horizon = 0
        isComplete = false
        current = undefined
      }
      if (to <= horizon) return
      const last = slices.at(-1)
      if (!last || slices.length === 1 || isSealed || last.to === lineBefore(last.to)) {
        slices.push({ from: horizon, to, counts: counted })
      } else {
        addAll(last.counts, counted)
        last.to = to
      }
      isSealed = false
      horizon = to
      mergeOld()
    },

    restart(to, counted) {
      slices = [{ from: 0, to, counts: counted }]
      horizon = to
      isComplete = true
      current = undefined
    },

    check() {
      isSealed = true
      const own = [...slices]
      const end = uuidv7Floor(horizon)
      const ends = own.map(({ to }) => to)
      /** What was taken, by the slices. Most checks take nothing. */
      let counted: { floor: string; counts: MinuteCounts }[] = []
      const recent = own.slice(1).find(({ from }) => from >= horizon - recentMs)

      const check: Check = {
        horizon,
        recentSince: recent?.from ?? horizon,

        line: lineBefore(horizon),

        byMinute({ firstMinute, since, until }) {
          // The minute that is about to end stays: clocks differ.
          forgetBefore(firstMinute - 1)
          if (!ends.includes(until)) return undefined
          const all: MinuteCounts = new Map()
          for (const [place, { counts, from }] of own.entries())
            if (from >= since && (ends[place] as number) <= until) addAll(all, counts)
          for (const minute of all.keys()) if (minute < firstMinute) all.delete(minute)
          return all
        },

        count(page) {
          if (counted.length === 0)
            counted = own.map(({ from }) => ({ floor: uuidv7Floor(from), counts: new Map() }))
          for (const row of page) {
            if (row.id >= end) continue
            let place = counted.length - 1
            while (place > 0 && row.id < (counted[place]?.floor ?? '')) place -= 1
            const into = counted[place]
            if (into) countRow(into.counts, row)
          }
        },

        replace({ since, minutes }) {
          if (current !== check) return
          for (const [place, slice] of own.entries()) {
            if (slice.from < since) continue
            const found = counted[place]?.counts ?? new Map<number, number>()
            const isRead = (minute: number) =>
              minutes?.some(([first, last]) => minute >= first && minute <= last) ?? true
            for (const minute of slice.counts.keys())
              if (isRead(minute)) slice.counts.delete(minute)
            for (const [minute, rows] of found) if (isRead(minute)) slice.counts.set(minute, rows)
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
