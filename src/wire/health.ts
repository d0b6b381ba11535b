import type { RefusedScope } from '../core/refusal.js'
import type { Reason, Scope } from '../core/revocation.js'
import type { WhenStale } from '../core/verdict.js'

/** `GET /revocation/health`: the state of the process that answers. Durations are in seconds. */
export interface HealthAnswer {
  readonly status: 'ok' | 'stale'
  readonly mode: 'embedded' | 'feed' | 'strict'
  /**
   * Whether this process rests because it has judged no token for a while. It catches up before it
   * judges the next one, so it does not count as stale, however long ago it was complete.
   */
  readonly atRest: boolean
  /** How long ago the denylist was last known to be complete; `null`: never yet. */
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
  /** How long ago this process last had everything in the feed; `null`: never yet. */
  readonly lag: number | null
  /** When the feed was last found to have lost content and was refilled (ISO date), if ever. */
  readonly renewedAt: string | null
}

/** `GET /revocation/overview` */
export interface OverviewAnswer extends HealthAnswer {
  /**
   * How many revocations were recorded in each of the last 24 hours, oldest first. A logout counts
   * once; lifts and rotated tokens do not count.
   */
  readonly last24h: readonly HourCount[]
}

export interface HourCount {
  /** When the hour began (ISO date). */
  readonly hour: string
  readonly count: number
}

/** `GET /revocation/refused`: newest first. */
export interface RefusedAnswer {
  readonly docs: readonly RefusedDoc[]
}

/**
 * A refused request. The user and the reason are included only if the token's signature was valid.
 */
export interface RefusedDoc {
  /** ISO date. */
  readonly at: string
  readonly status: 'revoked' | 'unknown'
  readonly scope?: RefusedScope
  readonly method?: string
  readonly path?: string
  readonly ip?: string
  readonly collection?: string
  readonly userId?: string
  readonly session?: string
  readonly jti?: string
  readonly reason?: Reason
  /** How many earlier refusals were left out because there were too many. */
  readonly suppressed: number
}
