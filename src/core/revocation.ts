/** What a revocation covers: one token, one session, one user's tokens, or everyone's. */
export type Scope = (typeof SCOPES)[number]

export const SCOPES = ['token', 'session', 'user', 'everyone'] as const

/**
 * Why something was revoked. `change-begun` is the cut-off before an account change on a database
 * without transactions. Another cut-off follows with the change's own reason, unless the process
 * died in between.
 */
export type Reason = (typeof REASONS)[number]

export const REASONS = [
  'logout',
  'password-changed',
  'password-reset',
  'rotated',
  'replaced',
  'reuse-detected',
  'user-deleted',
  'user-disabled',
  'session-limit',
  'account-locked',
  'change-begun',
  'admin',
  'lifted',
] as const

/**
 * The name of what is revoked. It is also the end of its Redis key: `jti:<jti>`, `sid:<sid>`,
 * `user:<collection>:<id>` or `everyone`.
 */
export type Subject = `jti:${string}` | `sid:${string}` | `user:${string}:${string}` | 'everyone'

/** The record that something is no longer valid. It never changes once it is written. */
export interface Revocation {
  /** Unique and time-ordered (UUIDv7). Recording the same revocation twice is harmless. */
  readonly id: string
  readonly scope: Scope
  readonly subject: Subject
  /**
   * For `user` and `everyone`: tokens issued at or before this instant are refused. Milliseconds
   * since the epoch. Absent for `token` and `session`, which have no cut-off.
   */
  readonly cutoff?: number
  /**
   * The session (`sid`) that a `user` cut-off spares: the one whose user changed their own
   * password.
   */
  readonly exceptSession?: string
  /**
   * For `token` and `session`: refused from this instant on; absent: at once. A refreshed token
   * stays valid for a grace period. Of several revocations of one subject the earliest counts.
   * Milliseconds since the epoch.
   */
  readonly effectiveAt?: number
  /**
   * The `id` of an earlier revocation of the same token or session. This record takes that one back
   * and revokes nothing itself. Reason `lifted`.
   */
  readonly lifts?: string
  /** For a refreshed token: the token that replaced it. Kept in the ledger only. */
  readonly successor?: Successor
  /**
   * The revocation that this one belongs to, by its subject. A logout records its session and its
   * token: the token's revocation names the session here. The panel shows both as one, and a lift of
   * the session lifts the token too. Kept in the ledger only.
   */
  readonly partOf?: Subject
  /** When the last token that this could name expires. Milliseconds since the epoch. */
  readonly expiresAt: number
  /**
   * When it was decided, by the clock of the process that decided. Milliseconds since the epoch.
   */
  readonly revokedAt: number
  readonly reason: Reason
  /** A note by the person who decided. Kept in the ledger only. */
  readonly note?: string
  /**
   * Who decided: `<collection>:<id>` of a user; absent when the application itself did. Kept in the
   * ledger only.
   */
  readonly actor?: string
  /** The address that the request came from. Kept in the ledger only. */
  readonly ip?: string
}

/** The token that a refresh issued. */
export interface Successor {
  /** Its `jti`. */
  readonly id: string
  /** Its `exp`, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * How far apart the clocks of an application's processes may be, in milliseconds. It is added to
 * every expiry, so that no process drops a revocation while another still accepts the token. It is
 * also added to every cut-off, so that it covers tokens from a process whose clock runs ahead.
 */
export const CLOCK_TOLERANCE_MS = 5_000

/** The scope of a subject, from its form. */
export function scopeOf(subject: Subject): Scope {
  if (subject === 'everyone') return 'everyone'
  if (subject.startsWith('user:')) return 'user'
  return subject.startsWith('sid:') ? 'session' : 'token'
}

/** Removes revocations that were lifted, and the lifts themselves. */
export function withoutLifted(revocations: readonly Revocation[]): Revocation[] {
  const lifted = new Set(revocations.map(({ lifts }) => lifts))
  return revocations.filter(({ id, lifts }) => lifts === undefined && !lifted.has(id))
}

/**
 * Whether a revocation counts already. The one of a refreshed token waits for the end of its grace
 * period.
 */
export const isInEffect = ({ effectiveAt = 0 }: Revocation, now: number): boolean =>
  effectiveAt <= now
