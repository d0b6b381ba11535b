import { createBacklog } from './backlog.js'
import { createClockWatch } from './clockWatch.js'
import { createDenylistIndex, type DenylistIndex } from './denylistIndex.js'
import { RevocationError } from './errors.js'
import { createFollowing } from './following.js'
import { createJudging } from './judging.js'
import { createLifetime } from './lifetime.js'
import type { Clock, Feed, Ledger, Logger, Lookup, Transaction } from './ports.js'
import { createRecording } from './recording.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Scope, type Subject } from './revocation.js'
import type { SessionLimits } from './sessionLimits.js'
import { createLiftSettling } from './settleLifts.js'
import type { Token } from './token.js'
import type { Verdict, WhenStale } from './verdict.js'
import { createWatching, type TokenEnd } from './watching.js'

export interface DenylistOptions {
  /** The durable truth. Without one this process can ask but not revoke. */
  ledger?: Ledger | undefined
  /** Carries revocations between processes faster than reading the ledger does. */
  feed?: Feed | undefined
  /** The longest time between a token's issue and its expiry, in this process; milliseconds. */
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
  /**
   * So many milliseconds after the last token was judged this process rests: it reads on before the
   * first answer afterwards. Default: it never rests.
   */
  restAfterMs?: number | undefined
  /**
   * Whether a process with ledger and feed keeps up its heartbeat while it rests, every half of
   * `maxStalenessMs`. Default true.
   */
  isHeartbeatKept?: boolean | undefined
  /**
   * Told of every revocation that this process recorded, after it is in force here. Whoever
   * revokes waits for what it returns, which must not reject.
   */
  onRevoked?: ((revocation: Revocation) => Promise<void> | undefined) | undefined
  /** How far readers of the ledger look back, in milliseconds. Default 15,000. */
  ledgerWindowMs?: number | undefined
  logger?: Logger | undefined
  now?: Clock | undefined
  /** A clock that never jumps. Default `performance.now()`. */
  monotonic?: Clock | undefined
}

/** The denylist as one process sees it. */
export interface Denylist {
  /** In memory, no I/O: what the index knows. */
  verdict(token: Token): Verdict
  /** As `verdict`; reads on first, and follows the policy, when the index is too stale to say. */
  judge(token: Token): Promise<Verdict>
  /** Starts to follow, if that has not happened; in strict mode nothing is followed. */
  follow(): void
  /** Starts to follow, if that has not happened, and reads on when the index is too stale. */
  catchUp(): Promise<void>
  /**
   * Records revocations durably and so that every reader of the ledger finds them in time, refuses
   * here at once, and sends them on.
   */
  revoke(revocations: readonly Revocation[]): Promise<void>
  /**
   * Takes revocations back, durably; here at once, elsewhere within the bound. What else is in
   * force for the same subjects stays so.
   */
  lift(lifts: readonly Revocation[]): Promise<void>
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
  /**
   * As `revoke`, for what was recorded with a transaction that is committed by now: what others may
   * have missed meanwhile is recorded once more.
   */
  announce(revocations: readonly Revocation[]): Promise<void>
  /**
   * Now, in milliseconds, by the clock of the ledger: what is compared between processes goes by
   * it. Asks, within an open transaction if there is one, unless it did in the last minute.
   */
  ledgerNow(within?: Transaction): Promise<number>
  /** To be called before a token is issued: see {@link Lifetime.declare}. */
  declareLifetime(within?: Transaction): Promise<void>
  readonly state: DenylistState
  /** The longest life of a token that any process on this ledger has declared, in milliseconds. */
  readonly maxTokenLifetimeMs: number
  close(): Promise<void>
}

/** What can be seen from outside. */
export interface DenylistState {
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /** Whether that is within the bound and the clock is right: else verdicts are `unknown`. */
  readonly isFresh: boolean
  /**
   * Whether no token was judged for so long that this process rests. It may be stale then; it reads
   * on before it judges the next one.
   */
  readonly isAtRest: boolean
  /**
   * By how much the clock of this process is ahead of the database's (or of the feed's, without a
   * database), in ms; negative: behind. `undefined` while nothing was compared.
   */
  readonly clockOffsetMs: number | undefined
  /** Whether there is no ledger yet, as before a migration: nothing can be judged nor recorded. */
  readonly isLedgerMissing: boolean
  /** Revocations in force by scope. */
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

/** Puts index, ledger and feed together. Nothing connects before the first question. */
export function createDenylist(options: DenylistOptions): Denylist {
  const { ledger, feed, logger, maxStalenessMs, ledgerWindowMs: windowMs } = options
  const { now = () => Date.now(), monotonic = () => performance.now() } = options
  const { whenStale = 'refuse', isStrict = false, pollIntervalMs = 1_000 } = options
  const { sessionLimits = {}, isHeartbeatKept = true } = options
  feed?.reopen?.()
  const clocks = createClockWatch({ ledger, logger, now, monotonic })
  const lifetime = createLifetime({ ownMs: options.maxTokenLifetimeMs, ledger, clocks, logger })
  const retentionMs = () => lifetime.longestMs() + 4 * CLOCK_TOLERANCE_MS
  const index: DenylistIndex = createDenylistIndex({
    now,
    onAdded: (revocation) => watching.learn(revocation),
    onLift({ subject }, isNew) {
      // A feed may have answered too early, and is then told of the lift again.
      if (isNew || !ledger) liftSettling.ask(subject)
    },
  })
  const inForce = ledger && ((subjects: readonly Subject[]) => ledger.find(subjects))
  const publishing = {
    get retention() {
      return retentionMs() / 1_000
    },
    inForce,
  }
  const publish: Feed['publish'] = async (revocations) => {
    // What was lifted while it waited in the backlog does not go out any more.
    const rest = revocations.filter((revocation) => !index.liftOf(revocation))
    if (rest.length > 0) await feed?.publish(rest, publishing)
  }
  const backlog = feed && createBacklog({ feed: { publish }, retentionMs, now, logger })
  const following = createFollowing({
    ...{ index, ledger, feed, publishing, pollIntervalMs, windowMs, backlog, clocks, logger },
    restAfterMs: options.restAfterMs,
    heartbeatAtRestMs: feed && isHeartbeatKept ? maxStalenessMs / 2 : undefined,
    isWatched: () => watching.size > 0,
    // Whoever issues a token waits for it; here it only comes in good time.
    onStart: () => void lifetime.declare().catch(() => {}),
  })
  const maxStaleness = maxStalenessMs / 1_000
  const askFeed: Lookup[] = feed?.find
    ? [{ find: async (subjects) => (await feed.find?.(subjects, { maxStaleness })) ?? [] }]
    : []
  const lookups = [...askFeed, ...(ledger ? [{ find: ledger.find.bind(ledger) }] : [])]
  const liftSettling = createLiftSettling({ index, lookup: ledger ?? lookups[0] })
  const judging = createJudging({
    ...{ index, following, clocks, lookups, logger },
    ...{ maxStalenessMs, sessionLimits, whenStale, isStrict },
    maxTokenLifetimeMs: lifetime.longestMs,
    hasUnsent: () => (backlog?.length ?? 0) > 0,
  })
  const watching = createWatching({
    verdict: judging.known,
    isFresh: () => whenStale === 'accept' || following.isFresh(maxStalenessMs),
    ...{ maxStalenessMs, sessionLimits, logger, now, monotonic },
  })

  const refuseHere = (revocations: readonly Revocation[]) => {
    for (const revocation of revocations) index.add(revocation)
  }

  /** Some of what was `made` may have been `recorded` twice. */
  const tell = async (made: readonly Revocation[], recorded: readonly Revocation[]) => {
    refuseHere(recorded)
    const told = made.map((revocation) => options.onRevoked?.(revocation))
    if (isStrict) following.startSweeping()
    else following.start()
    await backlog?.send(recorded, { waitMs: PUBLISH_WAIT_MS })
    await Promise.all(told)
  }

  const recording =
    ledger &&
    clocks.ledgerClock &&
    createRecording({
      ...{ ledger, windowMs, monotonic, ledgerClock: clocks.ledgerClock },
      maxTokenLifetimeMs: lifetime.longestMs,
    })

  const require = <Part>(part: Part | undefined): Part => {
    if (part) return part
    throw new RevocationError('ledger-unavailable', 'a process without a ledger cannot revoke.')
  }

  return {
    verdict: judging.verdict,
    judge: judging.judge,
    follow() {
      if (!isStrict) following.start()
    },
    catchUp: judging.catchUp,
    async revoke(revocations) {
      await tell(revocations, await require(recording).record(revocations))
    },
    async lift(lifts) {
      const recorded = await require(recording).record(lifts)
      refuseHere(recorded)
      await liftSettling.settled()
      await tell(lifts, recorded)
    },
    record: (revocations, within) => require(ledger).append(revocations, within),
    learn: following.learn,
    watch(token, onEnd) {
      following.start()
      void following.use()
      return watching.watch(token, onEnd)
    },
    async announce(revocations) {
      // It is in force already, whatever becomes of the rest.
      refuseHere(revocations)
      await tell(revocations, await require(recording).confirm(revocations))
    },
    ledgerNow: async (within) => clocks.ledgerClock?.now(within) ?? now(),
    declareLifetime: lifetime.declare,
    get state() {
      const { stalenessMs, isFeedWell, feedLagMs, feedRenewedAt } = following
      return {
        ...{ stalenessMs, isFresh: following.isFresh(maxStalenessMs) },
        ...{ isAtRest: following.isAtRest, isLedgerMissing: ledger?.isMissing ?? false },
        clockOffsetMs: clocks.offsetMs,
        ...{ isFeedWell, feedLagMs, feedRenewedAt },
        ...{ size: index.size, backlog: backlog?.length ?? 0 },
      }
    },
    get maxTokenLifetimeMs() {
      return lifetime.longestMs()
    },
    async close() {
      watching.close()
      liftSettling.close()
      await Promise.all([following.close(), backlog?.close()])
    },
  }
}
