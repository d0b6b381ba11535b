import type { Ledger, RowsRange, SliceDigest } from './ports.js'
import { addAll, type CountedRow, countRow, type MinuteCounts } from './rowDigest.js'

/**
 * A slice holds the rows whose ids begin with the same ten hexadecimal digits: 256 milliseconds. In
 * a database it is a prefix of the text.
 */
const SLICE_MS = 256
export const SLICE_LENGTH = 11
/** The last hexadecimal digits of an id, which are random. */
export const TAIL_LENGTH = 7
/** Slices that are so close are read by one question. */
const GAP = 4

/** What the readings of the ledger's recent part have read, by the time in the rows' ids. */
export interface WindowSlices {
  /** What must be read of the rows from an instant on: nothing that is as it was read before. */
  toRead(ledger: Ledger, range: Recent): Promise<readonly RowsRange[]>
  /** Begins a reading of all rows in these ranges. It changes nothing before it has ended. */
  reading(ranges: readonly RowsRange[]): WindowReading
  /** How many rows expire in each minute, of those whose ids were created from one instant up to another. */
  between(from: number, until: number): MinuteCounts
  /** Forgets the rows whose ids were created before this instant. */
  forgetBefore(instant: number): void
}

interface WindowReading {
  take(page: readonly CountedRow[]): void
  /** What was read replaces what was known of these ranges. */
  end(): void
}

interface Slice {
  rows: number
  tails: number
  readonly minutes: MinuteCounts
}

/** The beginning of the slice that holds this instant; milliseconds. */
export const sliceStart = (instant: number): number =>
  Math.max(0, Math.floor(instant / SLICE_MS) * SLICE_MS)

interface Recent {
  readonly since: number
  readonly at: number
  readonly signal: AbortSignal
}

export interface WindowSlicesOptions {
  /** Up to so many known rows, all are read. */
  fewRows: number
  /** All are read if the range is longer than this (ms), as after an outage: nearly all are new. */
  longestMs: number
}

export function createWindowSlices({ fewRows, longestMs }: WindowSlicesOptions): WindowSlices {
  /** By the instant at which they begin. */
  const slices = new Map<number, Slice>()

  const knownRows = () => [...slices.values()].reduce((sum, { rows }) => sum + rows, 0)

  /** The rows of slices that are not as they were read. Later rows are in it. */
  const differing = (theirs: ReadonlyMap<string, SliceDigest>, since: number) => {
    const found = new Map([...theirs].map(([prefix, digest]) => [startOf(prefix), digest]))
    const all = [...new Set([...found.keys(), ...slices.keys()])]
    const starts = all.filter(
      (start) => start >= since && !isSame(found.get(start), slices.get(start)),
    )
    const last = all.reduce((latest, start) => Math.max(latest, start), 0)
    return runsOf(starts).map(([from, to]) => ({
      since: from,
      ...(to < last && { until: to + SLICE_MS }),
    }))
  }

  return {
    async toRead(ledger, { since, at, signal }) {
      const all = [{ since }]
      if (!ledger.slices || knownRows() <= fewRows || at - since > longestMs) return all
      try {
        const theirs = await ledger.slices({ since, at, signal })
        return theirs ? differing(theirs, since) : all
      } catch (error) {
        if (signal.aborted) throw error
        return all
      }
    },

    reading(ranges) {
      const read = new Map<number, Slice>()
      return {
        take(page) {
          for (const row of page) count(read, row)
        },
        end() {
          for (const start of slices.keys())
            if (ranges.some((range) => isWithin(start, range))) slices.delete(start)
          for (const [start, slice] of read) slices.set(start, slice)
        },
      }
    },

    between(from, until) {
      const all: MinuteCounts = new Map()
      for (const [start, { minutes }] of slices)
        if (start >= from && start < until) addAll(all, minutes)
      return all
    },

    forgetBefore(instant) {
      for (const start of slices.keys()) if (start < instant) slices.delete(start)
    },
  }
}

const startOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 11), 16) * SLICE_MS

const isWithin = (start: number, { since, until = Number.POSITIVE_INFINITY }: RowsRange) =>
  start >= since && start < until

const isSame = (one?: SliceDigest, other?: SliceDigest) =>
  one?.rows === other?.rows && one?.tails === other?.tails

function count(slices: Map<number, Slice>, row: CountedRow) {
  const start = startOf(row.id)
  const slice = slices.get(start) ?? { rows: 0, tails: 0, minutes: new Map() }
  slices.set(start, slice)
  slice.rows += 1
  slice.tails += Number.parseInt(row.id.slice(-TAIL_LENGTH), 16)
  countRow(slice.minutes, row)
}

/** Slices that are close together, by the first and the last of each run. */
function runsOf(starts: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const start of [...starts].sort((one, other) => one - other)) {
    const run = runs.at(-1)
    if (run && start - run[1] <= GAP * SLICE_MS) run[1] = start
    else runs.push([start, start])
  }
  return runs
}
