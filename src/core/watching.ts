import type { Clock, Logger } from './ports.js'
import type { Reason, Revocation, Scope, Subject } from './revocation.js'
import { limitReachedAt, type SessionLimits } from './sessionLimits.js'
import { subjectsOf, type Token } from './token.js'
import type { Verdict } from './verdict.js'

/** Why a good token ended. */
export interface TokenEnd {
  /**
   * `revoked`; `expired`, by its own `exp` or a limit of its session; `unknown` when this process
   * can no longer tell, because the denylist is too stale or closed. A client that reconnects is
   * judged again.
   */
  readonly status: 'expired' | 'revoked' | 'unknown'
  /**
   * For `revoked`, if known: the reason. After `rotated` the session goes on with the token that
   * replaced this one.
   */
  readonly reason?: Reason
  /** For `revoked`, if known: what was revoked. */
  readonly scope?: Scope
}

/** The tokens whose end somebody wants to hear of. */
export interface Watching {
  /** Calls `onEnd` once, when the token ends. The returned function cancels. */
  watch(token: Token, onEnd: (end: TokenEnd) => void): () => void
  /** Something new is in force, or will be. The watched tokens that it names are judged again. */
  learn(revocation: Revocation): void
  readonly size: number
  /** Ends all watches with `unknown`. */
  close(): void
}

export interface WatchingOptions {
  /** What is known about a token, without I/O. */
  verdict: (token: Token) => Exclude<Verdict, { status: 'unknown' }>
  sessionLimits: SessionLimits
  /** Whether this process can tell. If not, the answer is `unknown`. */
  isFresh: () => boolean
  /** A watch younger than this, in milliseconds, waits for the first news. */
  maxStalenessMs: number
  /** Milliseconds between two looks at the clock, for tokens that end by time. Default 500. */
  tickMs?: number | undefined
  logger?: Logger | undefined
  now: Clock
  /** A clock that never jumps. */
  monotonic: Clock
}

interface Watch {
  readonly token: Token
  readonly subjects: readonly Subject[]
  readonly since: number
  /** When it must be judged again (ms): at its expiry, or when a revocation takes effect. */
  dueAt: number
  /** The revocation that takes effect at `dueAt`. */
  pending?: Revocation
  readonly onEnd: (end: TokenEnd) => void
}

/**
 * A revocation costs as much as it ends, because watches are found by subject. One timer looks for
 * what ends by time. It runs only while there is something to watch.
 */
export function createWatching(options: WatchingOptions): Watching {
  const { verdict, isFresh, maxStalenessMs, tickMs = 500, logger, now, monotonic } = options
  const watches = new Set<Watch>()
  const bySubject = new Map<Subject, Set<Watch>>()
  let timer: ReturnType<typeof setInterval> | undefined

  const endsAt = (token: Token) =>
    Math.min(token.expiresAt, limitReachedAt(token, options.sessionLimits))

  const forget = (watch: Watch): boolean => {
    for (const subject of watch.subjects) {
      const named = bySubject.get(subject)
      named?.delete(watch)
      if (named?.size === 0) bySubject.delete(subject)
    }
    const wasThere = watches.delete(watch)
    if (watches.size === 0) clearInterval(timer)
    return wasThere
  }

  const end = (watch: Watch, how: TokenEnd) => {
    if (!forget(watch)) return
    try {
      watch.onEnd(how)
    } catch (err) {
      // If one connection cannot be closed, the others must still be told.
      logger?.error({ err }, 'Revocations: a listener failed when its token ended')
    }
  }

  const judge = (watch: Watch, news?: Revocation) => {
    const known = verdict(watch.token)
    if (known.status === 'revoked' && typeof known.by !== 'string') {
      const { scope } = known.by
      end(watch, { status: 'revoked', ...(news && { reason: news.reason }), scope })
    } else if (known.status === 'revoked' || watch.token.expiresAt <= now()) {
      // A session limit counts as expiry too: a refreshed session goes on with a later token.
      end(watch, { status: 'expired' })
    }
  }

  const look = () => {
    const at = now()
    const isStale = !isFresh()
    for (const watch of watches) {
      if (watch.dueAt <= at) {
        watch.dueAt = endsAt(watch.token)
        judge(watch, watch.pending)
      } else if (isStale && monotonic() - watch.since > maxStalenessMs) {
        end(watch, { status: 'unknown' })
      }
    }
  }

  return {
    watch(token, onEnd) {
      const { token: single, session, user } = subjectsOf(token)
      const subjects = [single, session, user]
      const at = { since: monotonic(), dueAt: endsAt(token) }
      const watch: Watch = { token, subjects, ...at, onEnd }
      watches.add(watch)
      for (const subject of subjects) {
        const named = bySubject.get(subject) ?? new Set()
        bySubject.set(subject, named.add(watch))
      }
      if (watches.size === 1) {
        timer = setInterval(look, tickMs)
        timer.unref?.()
      }
      // It runs after the caller has received the function that cancels.
      queueMicrotask(() => {
        if (watches.has(watch)) judge(watch, watch.pending)
      })
      return () => void forget(watch)
    },

    learn(revocation) {
      if (watches.size === 0) return
      const { subject, effectiveAt = 0 } = revocation
      const named = subject === 'everyone' ? watches : (bySubject.get(subject) ?? [])
      for (const watch of [...named]) {
        if (effectiveAt <= now()) judge(watch, revocation)
        else if (effectiveAt < watch.dueAt) {
          watch.dueAt = effectiveAt
          watch.pending = revocation
        }
      }
    },

    get size() {
      return watches.size
    },

    close() {
      for (const watch of [...watches]) end(watch, { status: 'unknown' })
    },
  }
}
