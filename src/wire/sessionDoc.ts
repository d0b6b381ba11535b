import type { Reason } from '../core/revocation.js'
import type { ReachedLimit } from '../core/sessionLimits.js'

/**
 * One login and every token refreshed from it, from its session record. All times are ISO dates.
 */
export interface SessionDoc {
  /** The `sid` of its tokens. */
  readonly id: string
  readonly userCollection: string
  readonly userId: string
  /** The name that the user gave it. */
  readonly name: string | null
  /** A readable label, such as `Firefox on Windows`. */
  readonly device: string | null
  readonly userAgent: string | null
  /** The address of the login, with the option `trustProxy`. */
  readonly ip: string | null
  readonly createdAt: string
  readonly lastRefreshedAt: string
  /**
   * When it was last in use, within `sessions.lastActive` of the server's options; where that is
   * off, when it was last refreshed.
   */
  readonly lastActiveAt: string
  /** When its latest token expires. */
  readonly expiresAt: string
  /** `null` for an active session, and for one that has just expired. */
  readonly endedAt: string | null
  /** Why it ended early: the reason of a revocation, or a limit that it reached. */
  readonly endReason: Reason | ReachedLimit | null
  readonly isCurrent: boolean
}

/** `GET /revocation/sessions` */
export interface SessionsAnswer {
  /** The session of the caller; `null` if the caller uses an API key. */
  readonly current: string | null
  /** Latest login first. */
  readonly docs: readonly SessionDoc[]
}

/** `POST /revocation/sessions/rename` */
export interface RenameAnswer {
  readonly doc: SessionDoc
}
