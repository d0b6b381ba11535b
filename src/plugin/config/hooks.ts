import type { Payload } from 'payload'
import type { RefusedScope } from '../../core/refusal.js'
import type { Reason, Revocation, Scope } from '../../core/revocation.js'

/**
 * Hooks of the application. No argument contains a token. Errors of hooks are logged. No hook can
 * undo a revocation or a refusal, and only `onRevoke` is waited for, for two seconds at most.
 */
export interface RevocationHooks {
  /**
   * Called when a revocation is durable and in force. Use it to end what is no token of Payload:
   * a session of another plugin, an API key.
   *
   * The process that made the revocation calls it. The call that revoked waits for two seconds at
   * most. If it fails, or if the process dies before it is done, it is called again: by this process
   * after half a minute, or by the next process that starts. So it is called at least once, and
   * must be safe to repeat. An event may be left out if a later one covers it: the same user with
   * the same `exceptSession`, or the same session.
   *
   * @default none
   */
  onRevoke?: (event: RevokeEvent) => unknown
  /**
   * Called when a rotated token was used for a refresh after the grace period. Somebody copied it,
   * and its session was ended. Use this hook to notify the user. It is called once, by the process
   * that noticed.
   *
   * @default none
   */
  onReuseDetected?: (event: ReuseEvent) => unknown
  /**
   * Called when a request is refused because of its token. It is not called when the request goes
   * on anyway: a login despite a dead cookie, a request with an API key besides the cookie, or a
   * refresh whose first answer was lost. At most ten calls a second per user and fifty in total, in
   * each process.
   *
   * @default none
   */
  onRefused?: (event: RefusedEvent) => unknown
}

export interface RevokeEvent {
  /** `user`, `session`, `token`, or `everyone`. A logout makes two events: its session and its token. */
  readonly scope: Scope
  readonly reason: Reason
  /**
   * The user's collection. Absent for `everyone`, and for a session or token whose session has no
   * record (any more).
   */
  readonly collection?: string
  /** The id of the user, as text. Absent like `collection`. */
  readonly userId?: string
  /** The session (`sid`) that ended, or that the token belongs to. Absent for other scopes. */
  readonly session?: string
  /** For `user`: the session (`sid`) that stays. */
  readonly exceptSession?: string
  /** The whole record in the ledger. */
  readonly revocation: Revocation
  readonly payload: Payload
}

/** The session that was ended, and what is known about the sender of the old token. */
export interface ReuseEvent {
  readonly collection: string
  readonly userId: string
  readonly session: string
  /** The id of the token that was used again. */
  readonly jti: string
  /** When that token was rotated, in milliseconds since the epoch. */
  readonly rotatedAt: number
  /** The address of the sender, with the option `trustProxy`. */
  readonly ip?: string
  readonly userAgent?: string
  readonly payload: Payload
}

/**
 * A refused request. The user and the reason are included only if the token's signature was valid,
 * because a forged token can claim anything.
 */
export interface RefusedEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `revoked` (401), or `unknown` (503) while the denylist is too stale to judge. */
  readonly status: 'revoked' | 'unknown'
  /** What ended; absent when that is not known. */
  readonly scope?: RefusedScope
  /** In capitals, such as `GET`. Absent when Payload does not provide it, as for admin panel pages. */
  readonly method?: string
  /** Without the query. Absent when the method is absent. */
  readonly path?: string
  /** The address of the sender, with the option `trustProxy`. */
  readonly ip?: string
  readonly collection?: string
  readonly userId?: string
  readonly session?: string
  readonly jti?: string
  /** Why it was revoked, if the ledger answered in time. */
  readonly reason?: Reason
  /** How many refusals since the last event were not reported because there were too many. */
  readonly suppressed: number
}

/** Calls a hook of the application without waiting for it. */
export function callHook<Event>(
  name: keyof RevocationHooks,
  {
    hook,
    event,
    payload,
  }: {
    hook: ((event: Event) => unknown) | undefined
    event: Event
    payload: Payload
  },
): void {
  if (!hook) return
  Promise.resolve(event)
    .then(hook)
    .catch((err) => payload.logger.error({ err }, `Revocations: the hook ${name} failed`))
}
