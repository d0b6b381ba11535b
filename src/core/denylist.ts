import { type Backlog, createBacklog } from './backlog.js'
import { createDenylistIndex, type Match } from './denylistIndex.js'
import { RevocationError } from './errors.js'
import { findInTime } from './findInTime.js'
import { createFollowing } from './following.js'
import type { Clock, Feed, Ledger, Logger, Transaction } from './ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Scope } from './revocation.js'
import { type ReachedLimit, reachedLimit, type SessionLimits } from './sessionLimits.js'
import { subjectsOf, type Token } from './token.js'
import { createWatching, type TokenEnd } from './watching.js'

/** The answer for one token. */
export type Verdict =
  /** Nothing revokes it (nor an expired one: that is refused by its own `exp`). */
  | { readonly status: 'valid' }
  /**
   * `session-over` and `idle`: a limit of sessions was reached. `too-old`: issued longer ago than
   * a revocation is remembered, so nobody can vouch for it.
   */
  | { readonly status: 'revoked'; readonly by: Match | ReachedLimit | 'too-old' }
  /** The index is too stale to say; the caller must not accept. */
  | { readonly status: 'unknown'; readonly stalenessMs: number }

/** What happens to a token that nothing revokes when the index is too stale to vouch for it. */
export type WhenStale = 'refuse' | 'ask' | 'accept'

export interface DenylistOptions {
  /** The durable truth. Without one this process can ask but not revoke. */
  ledger?: Ledger | undefined
  /** Carries revocations between processes faster than reading the ledger does. */
  feed?: Feed | undefined
  /** The longest time between a token's issue and its expiry, in milliseconds. */
  maxTokenLifetimeMs: number
  /** Default: none. */
  sessionLimits?: SessionLimits | undefined
  /** Past this staleness, in milliseconds, the index does not vouch for a token. */
  maxStalenessMs: number
  /** Default `refuse`: the verdict is `unknown`. */
  whenStale?: WhenStale | undefined
  /** Ask the feed (or ledger) for every token and keep up no index. Default false. */
  isStrict?: boolean | undefined
  /** Milliseconds between two readings of the ledger. Default 1,000. */
  pollIntervalMs?: number | undefined
  /** Told of every revocation that this process recorded, after it is in force here. */
  onRevoked?: ((revocation: Revocation) => void) | undefined
  logger?: Logger | undefined
  now?: Clock | undefined
}

/** The denylist as one process sees it. */
export interface Denylist {
  /** In memory, no I/O: what the index knows. */
  verdict(token: Token): Verdict
  /** As `verdict`; reads on first, and follows the policy, when the index is too stale to say. */
  judge(token: Token): Promise<Verdict>
  /** Starts to follow, if that has not happened, and reads on when the index is too stale. */
  catchUp(): Promise<void>
  /** Records revocations durably, refuses here at once, and sends them on. */
  revoke(revocations: readonly Revocation[]): Promise<void>
  /** Records revocations with an open transaction; after its commit call {@link announce}. */
  record(revocations: readonly Revocation[], within: Transaction): Promise<void>
  /** Takes in what this process learned by another way than its feeds. */
  learn(revocations: readonly Revocation[]): void
  /**
   * Calls `onEnd` once, as soon as this process knows that the token is no longer good: for a
   * connection that stays open. Judges it at once, then whenever something is learned or time
   * ends it. The returned function cancels.
   */
  watch(token: Token, onEnd: (end: TokenEnd) => void): () => void
  /** Refuses here at once what the ledger holds already, and sends it on. */
  announce(revocations: readonly Revocation[]): Promise<void>
  readonly state: DenylistState
  readonly maxTokenLifetimeMs: number
  close(): Promise<void>
}

/** What can be seen from outside. */
export interface DenylistState {
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /** Live revocations by scope. */
  readonly size: Readonly<Record<Scope, number>>
  /** Revocations that wait to be sent on. */
  readonly backlog: number
  /** Whether the feed answers; `undefined` without one, or before it was followed. */
  readonly isFeedWell: boolean | undefined
  /** How long ago this process last had all that the feed carries, in ms; `undefined` likewise. */
  readonly feedLagMs: number | undefined
  /** When the feed was last seen to have lost content and been filled anew (ms), if ever. */
  readonly feedRenewedAt: number | undefined
}

/** A revocation waits no longer than this for the feed; the backlog goes on by itself. */
const PUBLISH_WAIT_MS = 50
/** A verdict waits no longer than this for a stale index to be read on. */
const REFRESH_WAIT_MS = 2_000

/** Nearly every answer: made once, not with each request. */
const VALID = { status: 'valid' } as const

/** Puts index, ledger and feed together. Nothing connects before the first question. */
export function createDenylist(options: DenylistOptions): Denylist {
  const { ledger, feed, logger, now = Date.now, maxTokenLifetimeMs, maxStalenessMs } = options
  const { whenStale = 'refuse', isStrict = false, pollIntervalMs = 1_000 } = options
  const index = createDenylistIndex({ now, onAdded: (revocation) => watching.note(revocation) })
  const { sessionLimits = {} } = options
  const retentionMs = maxTokenLifetimeMs + 4 * CLOCK_TOLERANCE_MS
  const backlog: Backlog | undefined = feed && createBacklog({ feed, retentionMs, now, logger })
  const following = createFollowing({
    ...{ index, ledger, feed, retentionMs, pollIntervalMs, logger, now },
    resend: (revocations) => void backlog?.send(revocations, { waitMs: 0 }),
  })
  let isStale = false

  const learn = (revocations: readonly Revocation[]) => {
    for (const revocation of revocations) index.add(revocation)
  }

  /** What the index knows at this instant, whatever its staleness. */
  const knownVerdict = (token: Token, at = now()): Exclude<Verdict, { status: 'unknown' }> => {
    if (token.expiresAt <= at) return VALID
    const by = index.find(token)
    if (by) return { status: 'revoked', by }
    const limit = reachedLimit(token, sessionLimits, at)
    if (limit) return { status: 'revoked', by: limit }
    const isTooOld = at > token.issuedAt + maxTokenLifetimeMs + CLOCK_TOLERANCE_MS
    return isTooOld ? { status: 'revoked', by: 'too-old' } : VALID
  }

  const isFresh = (at: number) => at - following.completeAsOf <= maxStalenessMs

  const watching = createWatching({
    verdict: knownVerdict,
    stalenessMs: () => following.stalenessMs,
    maxStalenessMs: whenStale === 'accept' ? Number.POSITIVE_INFINITY : maxStalenessMs,
    ...{ sessionLimits, logger, now },
  })

  const verdict = (token: Token): Verdict => {
    const at = now()
    const known = knownVerdict(token, at)
    const isVouchedFor = known.status === 'revoked' || isFresh(at)
    return isVouchedFor ? known : { status: 'unknown', stalenessMs: following.stalenessMs }
  }

  /** One direct look-up with a time limit, in the feed where it can answer, else the ledger. */
  const ask = async (token: Token): Promise<Verdict> => {
    const subjects = Object.values(subjectsOf(token))
    for (const lookup of [feed, ledger]) {
      if (!lookup?.find) continue
      const found = await findInTime({ find: lookup.find.bind(lookup) }, subjects)
      if (!found) continue
      learn(found)
      return knownVerdict(token)
    }
    return { status: 'unknown', stalenessMs: following.stalenessMs }
  }

  const noteStaleness = (isStaleNow: boolean) => {
    if (isStaleNow === isStale) return
    isStale = isStaleNow
    const { stalenessMs } = following
    if (isStale) logger?.error({ stalenessMs, whenStale }, 'Revocations: the denylist is stale')
    else logger?.info({ stalenessMs }, 'Revocations: the denylist is up to date again')
  }

  const judgeByPolicy = async (token: Token): Promise<Verdict> => {
    const asked = isStrict || whenStale === 'ask' ? await ask(token) : verdict(token)
    if (isStrict) noteStaleness(asked.status === 'unknown')
    return asked.status === 'unknown' && whenStale === 'accept' ? knownVerdict(token) : asked
  }

  const catchUp = async () => {
    if (isStrict) return
    following.start()
    if (following.stalenessMs > maxStalenessMs) await following.refresh(REFRESH_WAIT_MS)
    noteStaleness(following.stalenessMs > maxStalenessMs)
  }

  const announce = async (revocations: readonly Revocation[]) => {
    learn(revocations)
    if (options.onRevoked) revocations.forEach(options.onRevoked)
    if (!isStrict) following.start()
    await backlog?.send(revocations, { waitMs: PUBLISH_WAIT_MS })
  }

  const requireLedger = () => {
    if (ledger) return ledger
    throw new RevocationError('ledger-unavailable', 'a process without a ledger cannot revoke.')
  }

  return {
    verdict: isStrict ? knownVerdict : verdict,
    async judge(token) {
      const at = now()
      const known = knownVerdict(token, at)
      if (known.status === 'revoked') return known
      // Nearly always: it follows already, and well.
      if (!isStrict && !isStale && isFresh(at)) return known
      await catchUp()
      return isStrict || isStale ? judgeByPolicy(token) : knownVerdict(token)
    },
    catchUp,
    async revoke(revocations) {
      await requireLedger().append(revocations)
      await announce(revocations)
    },
    record: (revocations, within) => requireLedger().append(revocations, within),
    learn,
    watch(token, onEnd) {
      following.start()
      return watching.watch(token, onEnd)
    },
    announce,
    get state() {
      const { stalenessMs, isFeedWell, feedLagMs, feedRenewedAt } = following
      const feedState = { isFeedWell, feedLagMs, feedRenewedAt }
      return { stalenessMs, ...feedState, size: index.size, backlog: backlog?.length ?? 0 }
    },
    maxTokenLifetimeMs,
    async close() {
      watching.close()
      await Promise.all([following.close(), backlog?.close()])
    },
  }
}
