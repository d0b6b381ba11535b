import type { Revocation } from '../core/revocation.js'

/** Where a reader of the feed stands. It is also in the header `Revocation-Feed`, as JSON. */
export interface FeedPosition {
  /** The format. Readers refuse every other. */
  readonly version: 1
  /** Names the ledger. When it changes, the reader gets a snapshot. */
  readonly epoch: string
  /** The `after` of the next request. Any process on this ledger understands it. */
  readonly cursor: string
  /** Whether there is more to read at once. */
  readonly more: boolean
  /**
   * A reader that has taken this answer and all before it knows everything that was acknowledged
   * before this instant; `null` in the middle of a snapshot. By the ledger's clock, in milliseconds
   * since the epoch.
   */
  readonly asOf: number | null
  /** The time on that clock when the answer was made. */
  readonly now: number
  /** How long the request had been held by then, in milliseconds. */
  readonly held: number
}

/** A revocation, or the lift of one, without what is kept in the ledger only. */
export type FeedRevocation = Pick<
  Revocation,
  | 'cutoff'
  | 'effectiveAt'
  | 'exceptSession'
  | 'expiresAt'
  | 'id'
  | 'lifts'
  | 'reason'
  | 'revokedAt'
  | 'subject'
>

/** `GET /revocation/feed`. */
export interface FeedAnswer extends FeedPosition {
  readonly revocations: readonly FeedRevocation[]
}

/** `POST /revocation/feed` with `{ subjects }`: what is in force for them. */
export interface FeedFindAnswer {
  readonly version: 1
  readonly revocations: readonly FeedRevocation[]
}
