import type { Revocation } from './revocation.js'
import { uuidv7Floor } from './uuidv7.js'

/** Rows of the ledger. The instants are milliseconds; ids are compared by the clock of `state`. */
export interface DigestRange {
  /** Rows whose `id` was created at or after this instant; with 0 all. */
  readonly since: number
  /** Rows whose `id` was created before this instant. */
  readonly until: number
  /** Rows that expire in one of these. */
  readonly periods: Periods
}

/** Equal times that follow each other. Minutes count from the epoch. */
export interface Periods {
  readonly firstMinute: number
  /** The length of each. */
  readonly minutes: number
  readonly count: number
  /** Whether the last one has no end. */
  readonly isOpen: boolean
}

/**
 * What can be compared of rows instead of their text: how many expire in each period. Rows never
 * change. So two digests are the same by mistake only if, since the last comparison, as many rows
 * were lost as are missing, and expire in the same periods.
 */
export type RowDigest = readonly number[]

/** How many rows expire in each minute. */
export type MinuteCounts = Map<number, number>

export const MINUTE_MS = 60_000

/** The part of a row that counts. */
export type CountedRow = Pick<Revocation, 'id' | 'expiresAt'>

/** Each period costs a database some microseconds, so it is worth it for so many rows. */
const ROWS_OF_PERIOD = 500
const FEWEST_PERIODS = 8
const MOST_PERIODS = 128

/** Adds one row to those that expire in the same minute. */
export function countRow(counts: MinuteCounts, { expiresAt }: CountedRow): void {
  addTo(counts, Math.floor(expiresAt / MINUTE_MS), 1)
}

/** Counts the rows whose ids were created from one instant up to, but not including, another. */
export function countBetween(from: number, until: number) {
  const [first, end] = [uuidv7Floor(from), uuidv7Floor(until)]
  const counts: MinuteCounts = new Map()
  return {
    counts,
    take(page: readonly CountedRow[]): void {
      for (const row of page) if (row.id >= first && row.id < end) countRow(counts, row)
    },
  }
}

/**
 * Ids are counted up to each of these instants, so that all processes can tell what they know as of
 * one of them. Milliseconds between two.
 */
const LINE_MS = 1_024
/** A process whose last reading is older has one count for what comes before. */
const MOST_LINES = 20

/** The ends of the counts that lead from one instant to another: the lines between, and the other. */
export function linesBetween(from: number, until: number): number[] {
  const last = lineBefore(until)
  const first = Math.max(lineBefore(from) + LINE_MS, last - MOST_LINES * LINE_MS)
  const lines: number[] = []
  for (let line = first; line <= last; line += LINE_MS) lines.push(line)
  if (lines.at(-1) !== until) lines.push(until)
  return lines
}

/** The last line that is not after an instant. */
export const lineBefore = (instant: number): number => instant - (instant % LINE_MS)

export function addAll(to: MinuteCounts, from: ReadonlyMap<number, number>): void {
  for (const [minute, rows] of from) addTo(to, minute, rows)
}

/** Periods of which few are empty, and an open one behind them. */
export function periodsOf(counts: ReadonlyMap<number, number>, firstMinute: number): Periods {
  let [rows, end] = [0, firstMinute]
  for (const [minute, each] of counts) {
    rows += each
    end = Math.max(end, minute + 1)
  }
  const most = Math.min(Math.max(rows / ROWS_OF_PERIOD, FEWEST_PERIODS), MOST_PERIODS)
  const minutes = Math.max(1, Math.ceil((end - firstMinute) / most))
  return { firstMinute, minutes, count: Math.ceil((end - firstMinute) / minutes) + 1, isOpen: true }
}

/** The digest of rows that were counted by the minute. */
export function digestOf(counts: ReadonlyMap<number, number>, periods: Periods): RowDigest {
  const { count, firstMinute, isOpen, minutes } = periods
  const digest = new Array<number>(count).fill(0)
  for (const [minute, rows] of counts) {
    const place = Math.floor((minute - firstMinute) / minutes)
    const period = isOpen ? Math.min(place, count - 1) : place
    if (period >= 0 && period < count) digest[period] = (digest[period] ?? 0) + rows
  }
  return digest
}

export const totalOf = (digest: RowDigest): number => digest.reduce((sum, rows) => sum + rows, 0)

const addTo = (counts: MinuteCounts, minute: number, rows: number) =>
  counts.set(minute, (counts.get(minute) ?? 0) + rows)
