import type { Payload } from 'payload'
import type { RefusedScope } from '../../core/refusal.js'
import type { Reason, Revocation } from '../../core/revocation.js'

/**
 * What the application is told. No argument holds a token. Nobody waits for a hook, and what it
 * throws is logged: it can neither undo nor delay a revocation or a refusal.
 */
export interface RevocationHooks {
  /**
   * A revocation is durable and in force in this process, which is the one that made it.
   *
   * @default none
   */
  onRevoke?: (event: RevokeEvent) => unknown
  /**
   * A rotated token came back to be refreshed after the grace, so somebody copied it; its session
   * was ended. The place to tell the user. Told once, by the process that found out.
   *
   * @default none
   */
  onReuseDetected?: (event: ReuseEvent) => unknown
  /**
   * A request was refused for its token. Told of ten of one user and fifty in all a
   * second at most, in every process.
   *
   * @default none
   */
  onRefused?: (event: RefusedEvent) => unknown
}

export interface RevokeEvent {
  readonly revocation: Revocation
  readonly payload: Payload
}

/** Names of the session that was ended, and what is known of who showed the old token. */
export interface ReuseEvent {
  readonly collection: string
  readonly userId: string
  readonly session: string
  /** The id of the token that came back. */
  readonly jti: string
  /** When it had been rotated, in milliseconds since the epoch. */
  readonly rotatedAt: number
  /** Behind trusted proxies (`trustProxy`). */
  readonly ip?: string
  readonly userAgent?: string
  readonly payload: Payload
}

/**
 * A refused request. Who and why is named only when the token was well signed: what a forged one
 * claims is told to nobody.
 */
export interface RefusedEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `revoked` (401), or `unknown` (503) while the denylist is too stale to judge. */
  readonly status: 'revoked' | 'unknown'
  /** What ended; absent while that is unknown. */
  readonly scope?: RefusedScope
  /** Without the query; absent where Payload does not tell it, as for the admin panel's pages. */
  readonly path?: string
  /** Behind trusted proxies (`trustProxy`). */
  readonly ip?: string
  readonly collection?: string
  readonly userId?: string
  readonly session?: string
  readonly jti?: string
  /** Why it was revoked, when the ledger could be asked in time. */
  readonly reason?: Reason
  /** How many refusals were told to nobody since the event before, for being too many. */
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
