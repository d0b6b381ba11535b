import type { Reason } from '../core/revocation.js'
import type { ReachedLimit } from '../core/sessionLimits.js'

/** One login and every token refreshed from it, as its record tells. All times are ISO dates. */
export interface SessionDoc {
  /** The `sid` of its tokens. */
  readonly id: string
  readonly userCollection: string
  readonly userId: string
  /** As its user calls it. */
  readonly name: string | null
  /** A readable label, such as `Firefox on Windows`. */
  readonly device: string | null
  readonly userAgent: string | null
  /** Where the login came from, with the option `trustProxy`. */
  readonly ip: string | null
  readonly createdAt: string
  readonly lastRefreshedAt: string
  /** When its latest token expires. */
  readonly expiresAt: string
  /** `null` for an active session, and for one that just expired. */
  readonly endedAt: string | null
  /** Why it ended before it expired: a revocation's reason, or a limit that it reached. */
  readonly endReason: Reason | ReachedLimit | null
  readonly isCurrent: boolean
}

/** `GET /revocation/sessions` */
export interface SessionsAnswer {
  /** The session of the caller; `null` for one by API key. */
  readonly current: string | null
  /** The latest login first. */
  readonly docs: readonly SessionDoc[]
}

/** `POST /revocation/sessions/rename` */
export interface RenameAnswer {
  readonly doc: SessionDoc
}
