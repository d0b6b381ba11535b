import type { Clock, Logger } from './ports.js'
import type { Reason, Revocation, Scope, Subject } from './revocation.js'
import { limitReachedAt, type SessionLimits } from './sessionLimits.js'
import { subjectsOf, type Token } from './token.js'
import type { Verdict } from './verdict.js'

/** Why a token that was good is none any more. */
export interface TokenEnd {
  /**
   * `revoked`; `expired`, by its own `exp` or a limit of its session; `unknown` when this process can no longer tell, since
   * the denylist is too stale or closed: whoever comes back is judged anew.
   */
  readonly status: 'expired' | 'revoked' | 'unknown'
  /**
   * With `revoked`, where it is known: why. After `rotated` the session goes on with the token
   * that took this one's place.
   */
  readonly reason?: Reason
  /** With `revoked`, where it is known: what was revoked. */
  readonly scope?: Scope
}

/** Tokens that somebody wants to hear the end of. */
export interface Watching {
  /** Calls `onEnd` once, when the token ends, unless the returned function is called before. */
  watch(token: Token, onEnd: (end: TokenEnd) => void): () => void
  /** Something new is in force, or will be: whoever it names is judged again. */
  learn(revocation: Revocation): void
  readonly size: number
  /** Ends all with `unknown`. */
  close(): void
}

export interface WatchingOptions {
  /** What is known of a token, without I/O. */
  verdict: (token: Token) => Exclude<Verdict, { status: 'unknown' }>
  sessionLimits: SessionLimits
  /** Whether this process can tell; else the answer is `unknown`. */
  isFresh: () => boolean
  /** A watch that is younger, in milliseconds, waits for the first news. */
  maxStalenessMs: number
  /** Milliseconds between two looks at the clock, for what ends by time. Default 500. */
  tickMs?: number | undefined
  logger?: Logger | undefined
  now: Clock
  /** One that never jumps. */
  monotonic: Clock
}

interface Watch {
  readonly token: Token
  readonly subjects: readonly Subject[]
  readonly since: number
  /** When it must be judged again (ms): its expiry, or a revocation that takes effect later. */
  dueAt: number
  /** That revocation. */
  pending?: Revocation
  readonly onEnd: (end: TokenEnd) => void
}

/**
 * A revocation costs what it ends: watches are found by the subjects that can name them. What ends
 * by time is looked for on one timer, which runs only while there is something to watch.
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
      // One connection that cannot be closed must not keep the others open.
      logger?.error({ err }, 'Revocations: what was to be told of a token failed')
    }
  }

  const judge = (watch: Watch, news?: Revocation) => {
    const known = verdict(watch.token)
    if (known.status === 'revoked' && typeof known.by !== 'string') {
      const { scope } = known.by
      end(watch, { status: 'revoked', ...(news && { reason: news.reason }), scope })
    } else if (known.status === 'revoked' || watch.token.expiresAt <= now()) {
      // A limit, too: a session that was refreshed in time goes on with a later token.
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
      // Never before the caller has the function that cancels it.
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
