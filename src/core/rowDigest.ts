import type { Revocation } from './revocation.js'
import { uuidv7Floor } from './uuidv7.js'

/** Rows of the ledger. The instants are milliseconds; ids are compared by the clock of `state`. */
export interface DigestRange {
  /** Rows whose `id` was created at or after this instant; with 0 all. */
  readonly since: number
  /** Rows whose `id` was created before this instant. */
  readonly until: number
  /** Rows that expire at or after this instant. */
  readonly expiringFrom: number
  readonly isByMinute: boolean
}

/**
 * What can be compared of rows instead of their text. Rows never change. So two digests are only
 * the same by mistake if just as many rows are missing as there are too many, since the last
 * comparison, and the sums of their expiries happen to be equal.
 */
export interface RowDigest {
  readonly rows: number
  /** The sum of `expiresAt` modulo 65,521. */
  readonly expiries: number
}

/** Digests by the minute in which their rows expire (whole minutes since the epoch). */
export type MinuteDigests = Map<number, RowDigest>

export const MINUTE_MS = 60_000

export const NO_ROWS: RowDigest = { rows: 0, expiries: 0 }

/** The largest prime below 2¹⁶, so that it divides no usual distance of two expiries. */
export const EXPIRY_MODULUS = 65_521

/** The part of a row that counts. */
export type CountedRow = Pick<Revocation, 'id' | 'expiresAt'>

/** Adds one row to the digest of the minute in which it expires. */
export function countRow(digests: MinuteDigests, { expiresAt }: CountedRow): void {
  const minute = Math.floor(expiresAt / MINUTE_MS)
  const known = digests.get(minute) ?? NO_ROWS
  digests.set(minute, {
    rows: known.rows + 1,
    expiries: known.expiries + (expiresAt % EXPIRY_MODULUS),
  })
}

/** Counts the rows whose ids were created from one instant up to, but not including, another. */
export function countBetween(from: number, until: number) {
  const [first, end] = [uuidv7Floor(from), uuidv7Floor(until)]
  const digests: MinuteDigests = new Map()
  return {
    digests,
    take(page: readonly CountedRow[]): void {
      for (const row of page) if (row.id >= first && row.id < end) countRow(digests, row)
    },
  }
}

export const addDigests = (one: RowDigest, other: RowDigest): RowDigest => ({
  rows: one.rows + other.rows,
  expiries: one.expiries + other.expiries,
})

export function addAll(to: MinuteDigests, from: ReadonlyMap<number, RowDigest>): void {
  for (const [minute, digest] of from) to.set(minute, addDigests(to.get(minute) ?? NO_ROWS, digest))
}

export const isSame = (one = NO_ROWS, other = NO_ROWS): boolean =>
  one.rows === other.rows && one.expiries === other.expiries
