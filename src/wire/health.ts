import type { RefusedScope } from '../core/refusal.js'
import type { Reason, Scope } from '../core/revocation.js'
import type { WhenStale } from '../core/verdict.js'

/** `GET /revocation/health`: of the process that is asked. Durations are in seconds. */
export interface HealthAnswer {
  readonly status: 'ok' | 'stale'
  readonly mode: 'embedded' | 'feed' | 'strict'
  /**
   * Whether no token was judged for so long that this process rests. It catches up before it judges
   * the next one, so it is not stale then, however long ago it was complete.
   */
  readonly atRest: boolean
  /** How long ago the denylist last knew itself complete; `null`: never yet. */
  readonly staleness: number | null
  readonly maxStaleness: number
  readonly whenStale: WhenStale
  /** By how much the clock of this process is ahead of the database's; `null`: not compared yet. */
  readonly clockOffset: number | null
  /** Revocations in force that this process holds. */
  readonly entries: Readonly<Record<Scope, number>>
  /** Revocations that wait to be sent to the feed. */
  readonly backlog: number
  readonly feed: FeedHealth | null
}

export interface FeedHealth {
  /** `null` before it was followed. */
  readonly isWell: boolean | null
  /** How long ago this process last had all that the feed carries; `null`: never yet. */
  readonly lag: number | null
  /** When it was last seen to be filled anew after it had lost content (ISO date), if ever. */
  readonly renewedAt: string | null
}

/** `GET /revocation/overview` */
export interface OverviewAnswer extends HealthAnswer {
  /** What the ledger recorded in each of the last 24 hours, lifts left out, the oldest first. */
  readonly last24h: readonly HourCount[]
}

export interface HourCount {
  /** When it began (ISO date). */
  readonly hour: string
  readonly count: number
}

/** `GET /revocation/refused`: the newest first. */
export interface RefusedAnswer {
  readonly docs: readonly RefusedDoc[]
}

/** A refused request. Who and why is told only when its token was well signed. */
export interface RefusedDoc {
  /** ISO date. */
  readonly at: string
  readonly status: 'revoked' | 'unknown'
  readonly scope?: RefusedScope
  readonly path?: string
  readonly ip?: string
  readonly collection?: string
  readonly userId?: string
  readonly session?: string
  readonly jti?: string
  readonly reason?: Reason
  /** How many refusals before it were told to nobody, for being too many. */
  readonly suppressed: number
}
