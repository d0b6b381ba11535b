import type { Match } from './denylistIndex.js'
import type { ReachedLimit } from './sessionLimits.js'

/** The answer for one token. */
export type Verdict =
  /** Nothing revokes it (nor an expired one: that is refused by its own `exp`). */
  | { readonly status: 'valid' }
  /**
   * `session-over` and `idle`: a limit of sessions was reached. `too-old`: issued longer ago than
   * a revocation is remembered, or nothing tells how long ago, so nobody can vouch for it.
   */
  | { readonly status: 'revoked'; readonly by: Match | ReachedLimit | 'too-old' }
  /**
   * The index is too stale to say, or the clock of this process is off by `clockOffsetMs` (ahead;
   * negative: behind): the caller must not accept.
   */
  | {
      readonly status: 'unknown'
      readonly stalenessMs: number
      readonly clockOffsetMs?: number | undefined
    }

/** What the index knows, whatever its staleness. */
export type KnownVerdict = Exclude<Verdict, { status: 'unknown' }>

/** What happens to a token that nothing revokes when the index is too stale to vouch for it. */
export type WhenStale = 'refuse' | 'ask' | 'accept'
