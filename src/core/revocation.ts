/** What a revocation ends: one token, one session, one user's tokens, or everyone's. */
export type Scope = (typeof SCOPES)[number]

export const SCOPES = ['token', 'session', 'user', 'everyone'] as const

/**
 * Why a scope stopped being valid. `change-begun` is the cut-off that goes before a change of an
 * account where the database has no transactions; another follows under the change's own reason,
 * unless the process ended between the two.
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
 * The name of what is revoked, and at the same time the end of its Redis key:
 * `jti:<jti>`, `sid:<sid>`, `user:<collection>:<id>` or `everyone`.
 */
export type Subject = `jti:${string}` | `sid:${string}` | `user:${string}:${string}` | 'everyone'

/** The fact that a scope is no longer valid. Immutable once recorded. */
export interface Revocation {
  /** Unique and time-ordered (UUIDv7), so recording the same revocation twice is harmless. */
  readonly id: string
  readonly scope: Scope
  readonly subject: Subject
  /**
   * For `user` and `everyone`: tokens issued at or before this instant are refused.
   * Milliseconds since the epoch; absent for `token` and `session`, which are refused whole.
   */
  readonly cutoff?: number
  /** The session (`sid`) that a `user` cut-off spares: the one that changed its own password. */
  readonly exceptSession?: string
  /**
   * For `token` and `session`: refused from this instant on; absent: at once. A token that was
   * refreshed lives on for a grace. Of several revocations of one subject the earliest counts.
   * Milliseconds since the epoch.
   */
  readonly effectiveAt?: number
  /**
   * The `id` of an earlier revocation of the same token or session, which this record takes back;
   * it revokes nothing itself. Reason `lifted`.
   */
  readonly lifts?: string
  /** For a token that was refreshed: the one that took its place. Kept in the ledger only. */
  readonly successor?: Successor
  /** When the last token that this could name has expired. Milliseconds since the epoch. */
  readonly expiresAt: number
  /** When it was decided, by the clock of the deciding process. Milliseconds since the epoch. */
  readonly revokedAt: number
  readonly reason: Reason
  /** What whoever decided wants to be remembered. Kept in the ledger only. */
  readonly note?: string
  /** Who decided: `<collection>:<id>` of a user, absent when it was the application itself. */
  readonly actor?: string
  /** From which address it was asked. Kept in the ledger only. */
  readonly ip?: string
}

/** The token that a refresh handed out. */
export interface Successor {
  /** Its `jti`. */
  readonly id: string
  /** Its `exp`, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * How far the clocks of an application's processes may be apart, in milliseconds. It is added
 * to every expiry, so that no process drops a revocation while another still takes its token,
 * and to every cut-off, so that a token from a process whose clock runs ahead is caught.
 */
export const CLOCK_TOLERANCE_MS = 5_000

/** The scope that a subject's form tells. */
export function scopeOf(subject: Subject): Scope {
  if (subject === 'everyone') return 'everyone'
  if (subject.startsWith('user:')) return 'user'
  return subject.startsWith('sid:') ? 'session' : 'token'
}

/** Without those that are taken back, and without the lifts that did it. */
export function withoutLifted(revocations: readonly Revocation[]): Revocation[] {
  const lifted = new Set(revocations.map(({ lifts }) => lifts))
  return revocations.filter(({ id, lifts }) => lifts === undefined && !lifted.has(id))
}

/** Whether a revocation counts already: that of a refreshed token waits for the end of its grace. */
export const isInEffect = ({ effectiveAt = 0 }: Revocation, now: number): boolean =>
  effectiveAt <= now
