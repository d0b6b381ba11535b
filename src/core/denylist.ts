import { createBacklog } from './backlog.js'
import { createClockWatch } from './clockWatch.js'
import { createDenylistIndex, type DenylistIndex } from './denylistIndex.js'
import { RevocationError } from './errors.js'
import { createFollowing, REFRESH_WAIT_MS } from './following.js'
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
  /** The durable record. A process without one can ask but cannot revoke. */
  ledger?: Ledger | undefined
  /** Carries revocations between processes faster than the ledger does. */
  feed?: Feed | undefined
  /** The longest time between a token's issue and its expiry, in this process; milliseconds. */
  maxTokenLifetimeMs: number
  /** Default: none. */
  sessionLimits?: SessionLimits | undefined
  /** Above this staleness, in milliseconds, the index cannot tell that a token is valid. */
  maxStalenessMs: number
  /** Default `refuse`: the verdict is `unknown`. */
  whenStale?: WhenStale | undefined
  /** Ask the feed (or the ledger) about every token and keep no index. Default false. */
  isStrict?: boolean | undefined
  /** Milliseconds between two readings of the ledger. Default 1,000. */
  pollIntervalMs?: number | undefined
  /**
   * This process rests when it has judged no token for this many milliseconds. After a rest it
   * catches up before the first answer. Default: it never rests.
   */
  restAfterMs?: number | undefined
  /**
   * Whether a process with a ledger and a feed keeps sending its heartbeat while it rests, every
   * half of `maxStalenessMs`. Default true.
   */
  isHeartbeatKept?: boolean | undefined
  /**
   * Called with every revocation that this process recorded, once it is in force here. The caller
   * of `revoke` waits for the returned promise, which must not reject.
   */
  onRevoked?: ((revocation: Revocation) => Promise<unknown> | undefined) | undefined
  /** How far readers of the ledger look back, in milliseconds. Default 15,000. */
  ledgerWindowMs?: number | undefined
  logger?: Logger | undefined
  now?: Clock | undefined
  /** A clock that never jumps. Default `performance.now()`. */
  monotonic?: Clock | undefined
}

/** The denylist as one process sees it. */
export interface Denylist {
  /** What the index knows, from memory, without I/O. */
  verdict(token: Token): Verdict
  /**
   * Like `verdict`, but when the index is too stale it first catches up, then applies the
   * `whenStale` policy.
   */
  judge(token: Token): Promise<Verdict>
  /** Starts to follow the sources, once. In strict mode there is nothing to follow. */
  follow(): void
  /** Starts to follow the sources, once, and catches up when the index is too stale. */
  catchUp(): Promise<void>
  /**
   * Records revocations durably, refuses the tokens here at once, and sends the revocations on.
   * Every reader of the ledger finds them in time.
   */
  revoke(revocations: readonly Revocation[]): Promise<void>
  /**
   * Like `revoke`, for a cut-off that must lie after every other one of its user and of everyone. It
   * moves if it does not. `undefined`, without having done anything, if the ledger cannot do that.
   */
  revokeLater(cutoff: Revocation): Promise<Revocation | undefined>
  /**
   * Takes revocations back, durably: at once here, elsewhere within the staleness bound. Other
   * revocations of the same subjects stay in force.
   */
  lift(lifts: readonly Revocation[]): Promise<void>
  /** Records revocations in an open transaction. Call {@link announce} after its commit. */
  record(revocations: readonly Revocation[], within: Transaction): Promise<void>
  /** Adds revocations that this process learned of outside its feeds. */
  learn(revocations: readonly Revocation[]): void
  /**
   * For a connection that stays open: calls `onEnd` once, as soon as this process knows that the
   * token is no longer good. It judges the token at once, then whenever something is learned or
   * time runs out. The returned function cancels.
   */
  watch(token: Token, onEnd: (end: TokenEnd) => void): () => void
  /**
   * Like `revoke`, for what was recorded in a transaction that has committed. It records again what
   * other processes may have missed.
   */
  announce(revocations: readonly Revocation[]): Promise<void>
  /**
   * The current time by the ledger's clock, in milliseconds. Use it for what is compared between
   * processes. It asks the ledger, within an open transaction if there is one, unless it did so in
   * the last minute.
   */
  ledgerNow(within?: Transaction): Promise<number>
  /** Call it before a token is issued: see {@link Lifetime.declare}. */
  declareLifetime(within?: Transaction): Promise<void>
  /** Starts to follow the sources, ends a rest, and reads at once, for at most 2 s. */
  refresh(): Promise<void>
  /**
   * Calls `listener` with every revocation and lift that is new to this process, from now on.
   * Starts to follow the sources. The returned function cancels.
   */
  listen(listener: (news: Revocation) => void): () => void
  readonly state: DenylistState
  /** The longest life of a token that any process on this ledger has declared, in milliseconds. */
  readonly maxTokenLifetimeMs: number
  close(): Promise<void>
}

/** The visible state of a denylist. */
export interface DenylistState {
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /**
   * Whether the staleness is within the bound and the clock is right. If not, verdicts are
   * `unknown`.
   */
  readonly isFresh: boolean
  /**
   * Whether this process rests because it has judged no token for a while. It may be stale then,
   * and catches up before it judges the next one.
   */
  readonly isAtRest: boolean
  /**
   * By how much the clock of this process is ahead of the database's clock (negative: behind), in
   * ms; compared with the feed's clock when there is no database. `undefined` until a clock was
   * compared.
   */
  readonly clockOffsetMs: number | undefined
  /**
   * Whether the ledger does not exist yet, as before a migration. Then nothing can be judged or
   * recorded.
   */
  readonly isLedgerMissing: boolean
  /** Revocations in force by scope. */
  readonly size: Readonly<Record<Scope, number>>
  /** Revocations that wait to be sent to the feed. */
  readonly backlog: number
  /** Whether the feed answers; `undefined` without a feed, and before it was followed. */
  readonly isFeedWell: boolean | undefined
  /** How long ago this process last had everything in the feed, in ms; `undefined` likewise. */
  readonly feedLagMs: number | undefined
  /** When the feed was last found to have lost content and was refilled (ms), if ever. */
  readonly feedRenewedAt: number | undefined
}

/** The longest that `revoke` waits for the feed. After that the backlog sends on its own. */
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
  const listeners = new Set<(news: Revocation) => void>()
  const tellListeners = (news: Revocation) => {
    for (const listener of listeners) listener(news)
  }
  const index: DenylistIndex = createDenylistIndex({
    now,
    onAdded(revocation) {
      watching.learn(revocation)
      tellListeners(revocation)
    },
    onLift(lift, isNew) {
      if (isNew) tellListeners(lift)
      // A feed may have answered before it knew of the lift, so it is told again.
      if (isNew || !ledger) liftSettling.ask(lift.subject)
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
    // A revocation that was lifted while it waited in the backlog is not sent.
    const rest = revocations.filter((revocation) => !index.liftOf(revocation))
    if (rest.length > 0) await feed?.publish(rest, publishing)
  }
  const backlog = feed && createBacklog({ feed: { publish }, retentionMs, now, logger })
  const isOnDemand = !ledger && feed?.isOnDemand === true
  const following = createFollowing({
    ...{ index, ledger, feed, publishing, pollIntervalMs, windowMs, backlog, clocks, logger },
    compareMs: maxStalenessMs / 2,
    isOnDemand,
    restAfterMs: isOnDemand ? undefined : options.restAfterMs,
    heartbeatAtRestMs: feed && isHeartbeatKept ? maxStalenessMs / 2 : undefined,
    isWatched: () => watching.size > 0,
    // Issuing a token waits for the declaration; here it is only made early.
    onStart: () => void lifetime.declare().catch(() => {}),
  })
  const maxStaleness = maxStalenessMs / 1_000
  const askFeed: Lookup[] = feed?.find
    ? [{ find: async (subjects) => (await feed.find?.(subjects, { maxStaleness })) ?? [] }]
    : []
  const lookups = [...askFeed, ...(ledger ? [{ find: ledger.find.bind(ledger) }] : [])]
  const liftSettling = createLiftSettling({ index, lookup: ledger ?? lookups[0], isOnDemand })
  const judging = createJudging({
    ...{ index, following, clocks, lookups, logger },
    ...{ maxStalenessMs, sessionLimits, whenStale, isStrict, isOnDemand },
    liftsSettled: liftSettling.settled,
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

  /** `recorded` may contain some of `made` twice, under a second id. */
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
    throw new RevocationError(
      'ledger-unavailable',
      'this process has no ledger, so it cannot revoke.',
    )
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
    async revokeLater(cutoff) {
      const recorded = await require(recording).recordLater(cutoff)
      if (!recorded) return undefined
      const [later] = recorded
      await tell([later], recorded)
      return later
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
      // These are committed, so they are in force even if the rest fails.
      refuseHere(revocations)
      await tell(revocations, await require(recording).confirm(revocations))
    },
    ledgerNow: async (within) => clocks.ledgerClock?.now(within) ?? now(),
    declareLifetime: lifetime.declare,
    async refresh() {
      following.start()
      await following.use()
      await following.refresh(REFRESH_WAIT_MS)
    },
    listen(listener) {
      listeners.add(listener)
      following.start()
      return () => listeners.delete(listener)
    },
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
