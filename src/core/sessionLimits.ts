import type { Token } from './token.js'

/** How long a session may last (OWASP ASVS 5.0, 7.3). An absent limit does not apply. */
export interface SessionLimits {
  /** Milliseconds from the login to the end of the session, however often it is refreshed. */
  readonly absoluteLifetimeMs?: number | undefined
  /** Milliseconds without a refresh after which a session ends. */
  readonly idleTimeoutMs?: number | undefined
}

/** Which limit a token's session has reached. */
export type ReachedLimit = 'session-over' | 'idle'

/** The limit that the session of `token` has reached at the instant `at`, if any. */
export function reachedLimit(
  token: Pick<Token, 'issuedAt' | 'sessionStartedAt'>,
  limits: SessionLimits,
  at: number,
): ReachedLimit | undefined {
  const { absoluteLifetimeMs = Number.POSITIVE_INFINITY } = limits
  const { idleTimeoutMs = Number.POSITIVE_INFINITY } = limits
  if (at >= token.sessionStartedAt + absoluteLifetimeMs) return 'session-over'
  return at >= token.issuedAt + idleTimeoutMs ? 'idle' : undefined
}

/** When the first limit of this token's session is reached (ms), if it is not refreshed. */
export function limitReachedAt(
  { issuedAt, sessionStartedAt }: Pick<Token, 'issuedAt' | 'sessionStartedAt'>,
  { absoluteLifetimeMs, idleTimeoutMs }: SessionLimits,
): number {
  const { POSITIVE_INFINITY: never } = Number
  return Math.min(
    sessionStartedAt + (absoluteLifetimeMs ?? never),
    issuedAt + (idleTimeoutMs ?? never),
  )
}

/**
 * The latest `exp` for a token that is issued now, in whole seconds since the epoch. It makes
 * services keep the limits even if they do not know them. `Infinity` without limits.
 */
export const latestExpiry = (
  token: Pick<Token, 'issuedAt' | 'sessionStartedAt'>,
  limits: SessionLimits,
): number => Math.floor(limitReachedAt(token, limits) / 1_000)
