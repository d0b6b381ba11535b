import type { RefusedScope } from '../core/refusal.js'
import type { Reason, Scope, Subject } from '../core/revocation.js'

/** What the plugin's endpoints answer with, as JSON: instants are ISO dates. */
export interface RevocationDoc {
  id: string
  scope: Scope
  subject: Subject
  reason: Reason
  actor?: string | null
  note?: string | null
  ip?: string | null
  revokedAt: string
  cutoff?: string | null
  exceptSession?: string | null
  effectiveAt?: string | null
  expiresAt: string
  lifts?: string | null
  lifted?: boolean
}

export interface SessionDoc {
  /** The session's `sid`. */
  id: string
  name?: string | null
  /** A readable label, such as `Firefox on Linux`. */
  device?: string | null
  ip?: string | null
  createdAt: string
  lastRefreshedAt?: string | null
  expiresAt: string
  endedAt?: string | null
  endReason?: string | null
  isCurrent?: boolean
}

/** `GET /revocation/refused` */
export interface RefusedDoc {
  at: number | string
  status: 'revoked' | 'unknown'
  scope?: RefusedScope
  collection?: string
  userId?: string
  session?: string
  jti?: string
  reason?: Reason
  ip?: string | null
  path?: string
  suppressed?: number
}

/** `GET /revocation/health` */
export interface HealthDoc {
  status: 'ok' | 'stale'
  mode: 'embedded' | 'feed' | 'strict'
  staleness: number | null
  maxStaleness: number
  whenStale: 'refuse' | 'ask' | 'accept'
  entries: Record<Scope, number>
  backlog: number
  feed: { isWell: boolean | null; lag: number | null; renewedAt: string | null } | null
}

/** `GET /revocation/overview` */
export interface OverviewDoc extends HealthDoc {
  last24h: { hour: string; count: number }[]
}
