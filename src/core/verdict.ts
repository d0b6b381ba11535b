import type { Match } from './denylistIndex.js'
import type { ReachedLimit } from './sessionLimits.js'

/** The answer for one token. */
export type Verdict =
  /** Nothing revokes it. This includes an expired token, which its own `exp` refuses. */
  | { readonly status: 'valid' }
  /**
   * `session-over` and `idle`: the session reached a limit. `too-old`: the token was issued before
   * the oldest revocations that are kept, or its age is unknown, so it cannot be checked.
   */
  | { readonly status: 'revoked'; readonly by: Match | ReachedLimit | 'too-old' }
  /**
   * The index is too stale to tell, or the clock of this process is off by `clockOffsetMs` (ahead;
   * negative: behind). The caller must not accept the token.
   */
  | {
      readonly status: 'unknown'
      readonly stalenessMs: number
      readonly clockOffsetMs?: number | undefined
    }

/** What the index knows, however stale it is. */
export type KnownVerdict = Exclude<Verdict, { status: 'unknown' }>

/** What happens to a token that nothing revokes while the index is too stale. */
export type WhenStale = 'refuse' | 'ask' | 'accept'
