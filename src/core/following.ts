import type { Backlog } from './backlog.js'
import type { ClockWatch } from './clockWatch.js'
import type { DenylistIndex } from './denylistIndex.js'
import { createFreshness } from './freshness.js'
import { ledgerFeed } from './ledgerFeed.js'
import { ledgerNews, ledgerSnapshot } from './ledgerSnapshot.js'
import { createOutageLog } from './outageLog.js'
import type { Feed, Follower, Ledger, Logger, PublishOptions } from './ports.js'
import { createReadingLog } from './readingLog.js'
import { repeat } from './repeat.js'
import { createRest } from './rest.js'
import type { Revocation } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'
import { createVouching } from './vouching.js'

export interface FollowingOptions {
  index: DenylistIndex
  ledger: Ledger | undefined
  feed: Feed | undefined
  /** How a feed must treat what it is sent. */
  publishing: PublishOptions
  pollIntervalMs: number
  /** See {@link LedgerFeedOptions.windowMs}. */
  windowMs: number | undefined
  /** See {@link LedgerFeedOptions.compareMs}. */
  compareMs?: number | undefined
  /** Sends what the ledger holds and the feed does not, since the sender may have died. */
  backlog: Backlog | undefined
  clocks: ClockWatch
  /** This process rests after this many milliseconds without a question; `undefined`: never. */
  restAfterMs: number | undefined
  /**
   * Milliseconds between two readings of the ledger during a rest, for processes that rely on the
   * heartbeat of this one; `undefined`: none.
   */
  heartbeatAtRestMs: number | undefined
  /** Whether all work is done while somebody asks: see `Feed.isOnDemand`. */
  isOnDemand: boolean
  /** Whether somebody waits for news without asking. */
  isWatched: () => boolean
  /** Called when something is followed for the first time. */
  onStart?: (() => void) | undefined
  logger: Logger | undefined
}

/** How this process keeps its index up to date. */
export interface Following {
  /** Starts to follow, once. Nothing connects earlier. */
  start(): void
  /** Drops expired entries, for a process that follows nothing. */
  startSweeping(): void
  /** Adds what the ledger told this process outside its regular readings. */
  learn(revocations: readonly Revocation[]): void
  /** Reads at once, for at most `waitMs`. The staleness shows whether it worked. */
  refresh(waitMs: number): Promise<void>
  /**
   * Call it before each answer. After a rest it returns a promise to wait for: this process catches
   * up first, for no longer than a stale index would.
   */
  use(): Promise<void> | undefined
  /**
   * Whether nobody has asked for so long that news may come late. The first answer waits for it.
   */
  readonly isAtRest: boolean
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /**
   * Whether that is at most `maxStalenessMs` ago and the clock of this process is right.
   *
   * @param at the time on the wall clock, if the caller already read it
   */
  isFresh(maxStalenessMs: number, at?: number): boolean
  /** Whether the feed answers; `undefined` without a feed, and before the start. */
  readonly isFeedWell: boolean | undefined
  /** How long ago this process last had everything in the feed, in ms; `undefined` likewise. */
  readonly feedLagMs: number | undefined
  /** When the feed was last found to have lost content and was refilled (ms), if ever. */
  readonly feedRenewedAt: number | undefined
  close(): Promise<void>
}

/**
 * At the start the feed is read before the ledger, because it is faster. The ledger waits until the
 * feed has been read, or has been silent for this long.
 */
const FEED_SILENCE_MS = 80
const SWEEP_INTERVAL_MS = 5_000
/** The longest that a reading of the ledger waits for the feed's clock. */
const FEED_CLOCK_WAIT_MS = 100
/** The longest that an answer waits for the index to catch up. */
export const REFRESH_WAIT_MS = 2_000
/** A source that hangs delays the end of the application by no more than this. */
const CLOSE_WAIT_MS = 2_000

/**
 * Follows the feed for speed and reads the ledger for completeness. A process with a ledger is as
 * fresh as its last reading of it, whatever the feed says, because another process may hold
 * revocations that it could not send. A process without a ledger is as fresh as the last ledger
 * reading of a process that has one and has vouched for the content of the feed.
 */
export function createFollowing(options: FollowingOptions): Following {
  const { index, ledger, feed, publishing, pollIntervalMs, backlog, clocks, logger } = options
  const { now, monotonic, jumps, ledgerClock } = clocks
  const freshness = createFreshness(clocks)
  const readingLog = createReadingLog(logger, monotonic)
  let isFeedWell: boolean | undefined
  let feedAsOf: number | undefined
  /** Until when the feed is known to contain everything in the ledger. */
  let vouchedAsOf: number | undefined
  let feedRenewedAt: number | undefined
  /** The feed was refilled after the last time that it had told all. */
  let wasFeedRenewed = false
  let feedSpokeAt = 0
  /** The count of clock jumps for which the feed was last rewound. */
  let jumpsRewound = 0
  let start: Promise<void> | undefined

  const { restAfterMs, heartbeatAtRestMs, isWatched } = options
  const rest = createRest({
    ...{ afterMs: restAfterMs, isWatched, monotonic },
    async catchUp() {
      // The feed is refreshed too, but a process with a ledger is as fresh as the ledger.
      if (polling) feed?.refresh().catch(() => {})
      await refresh(REFRESH_WAIT_MS)
    },
  })
  const nextReadingInMs = () => {
    if (!rest.isAtRest) return pollIntervalMs
    return Math.max(pollIntervalMs, heartbeatAtRestMs ?? Number.POSITIVE_INFINITY)
  }
  const lookAtFeedClock = async () => {
    if (!isFeedWell || !feed?.prepareToVouch) return
    await withTimeLimit(feed.prepareToVouch(), FEED_CLOCK_WAIT_MS).catch(() => {})
  }

  const snapshot = ledger && ledgerClock && (() => ledgerSnapshot({ ledger, ledgerClock, now }))
  const polling =
    ledger &&
    ledgerClock &&
    ledgerFeed({
      ...{ ledger, intervalMs: pollIntervalMs, windowMs: options.windowMs },
      ...{ clock: ledgerClock, jumps, now, monotonic, compareMs: options.compareMs },
      ...{ nextInMs: nextReadingInMs, beforeReading: lookAtFeedClock },
      firstAsOf: () => vouchedAsOf,
    })
  const newsSince =
    ledger &&
    ledgerClock &&
    ((asOf: number) => ledgerNews({ ledger, ledgerClock, now, monotonic }, asOf))
  const vouching =
    snapshot &&
    newsSince &&
    polling &&
    feed &&
    backlog &&
    createVouching({ snapshot, newsSince, feed, backlog, polling })

  const sweep = async () => {
    // After a clock jump, entries that still count may look expired.
    while ((!start || freshness.isSteady) && index.sweep()) {
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  }
  const sweeper = repeat(sweep, { intervalMs: SWEEP_INTERVAL_MS, onOutcome: () => {} })

  const reportLedger = createOutageLog('the ledger', logger)
  const reportFeed = createOutageLog('the feed', logger)

  const ledgerFollower: Follower = {
    ...publishing,
    learn(revocations) {
      jumps.count()
      readingLog.count(revocations.length)
      const added = revocations.filter((revocation) => index.add(revocation))
      vouching?.ledgerTold(revocations, added)
    },
    complete(asOf) {
      readingLog.end()
      freshness.complete(asOf)
      if (!clocks.isOff) vouching?.ledgerRead(asOf)
    },
    report: reportLedger,
  }

  /** Whether the clock has not jumped since the feed started to hand over what it has told. */
  const hasFeedToldAll = () => {
    const count = jumps.count()
    if (count === jumpsRewound) return true
    jumpsRewound = count
    feed?.rewind?.()
    return false
  }

  const feedFollower: Follower = {
    get retention() {
      return publishing.retention
    },
    inForce: publishing.inForce,
    learn(revocations) {
      jumps.count()
      feedSpokeAt = performance.now()
      vouching?.feedTold(revocations)
      const late: Revocation[] = []
      for (const revocation of revocations) {
        const lift = index.liftOf(revocation)
        if (lift) late.push(lift)
        index.add(revocation)
      }
      // Its sender did not know of the lift and wrote the lifted revocation again.
      vouching?.resend(late)
    },
    complete(asOf, ledgerAsOf) {
      if (!ledger && !hasFeedToldAll()) return
      if (!ledger && ledgerAsOf !== undefined) freshness.complete(ledgerAsOf)
      feedAsOf = asOf
      vouchedAsOf = ledgerAsOf
      const wasLedgerRead = Number.isFinite(freshness.stalenessMs)
      const isBack = isFeedWell !== true || wasFeedRenewed
      wasFeedRenewed = false
      vouching?.feedRead({ isBack: isBack && wasLedgerRead, vouchedAsOf })
    },
    compareClock: clocks.compareWithFeed,
    isAtRest: () => rest.isAtRest,
    report(error) {
      isFeedWell = error === undefined
      reportFeed(error)
    },
    warn: (message) => logger?.warn({}, `Revocations: ${message}`),
    renewed() {
      feedRenewedAt = now()
      wasFeedRenewed = true
      logger?.warn({}, 'Revocations: the feed had lost content and was refilled')
    },
    ...(snapshot && { restore: snapshot }),
  }

  const feedToTellAllOrFallSilent = async (telling: Feed) => {
    let isOver = false
    const end = () => {
      isOver = true
    }
    const told = telling.refresh().then(end, end)
    feedSpokeAt = performance.now()
    while (!isOver && performance.now() - feedSpokeAt < FEED_SILENCE_MS) {
      await withTimeLimit(told, FEED_SILENCE_MS)
    }
  }

  const begin = async () => {
    rest.begin()
    options.onStart?.()
    sweeper.start()
    feed?.follow(feedFollower)
    if (feed && polling) await feedToTellAllOrFallSilent(feed)
    polling?.follow(ledgerFollower)
  }

  /**
   * A reading that is under way tells nothing of the time since it began, which may be long: this
   * process may have been frozen meanwhile, and its connection may have been cut. So a reading
   * follows that begins now.
   */
  const readAnew = async (feed: Feed) => {
    const since = monotonic()
    await start
    await feed.refresh().catch(() => {})
    if (freshness.stalenessMs > monotonic() - since) await feed.refresh()
  }

  const refresh = async (waitMs: number) => {
    const read = async () => {
      if (polling) return readAnew(polling)
      await start
      await feed?.refresh()
      if (options.isOnDemand) await sweep()
    }
    await withTimeLimit(read(), waitMs).catch(() => {})
  }

  return {
    start() {
      start ??= begin()
    },
    startSweeping: sweeper.start,
    learn(revocations) {
      jumps.count()
      for (const revocation of revocations) {
        if (index.add(revocation)) vouching?.learnedAside(revocation)
      }
    },
    refresh,
    use: rest.use,
    get isAtRest() {
      return rest.isAtRest
    },
    get stalenessMs() {
      return freshness.stalenessMs
    },
    isFresh: (maxStalenessMs, at) => freshness.isWithin(maxStalenessMs, at) && !clocks.isOff,
    get isFeedWell() {
      return isFeedWell
    },
    get feedLagMs() {
      return feedAsOf === undefined ? undefined : Math.max(0, monotonic() - feedAsOf)
    },
    get feedRenewedAt() {
      return feedRenewedAt
    },
    async close() {
      const feeds = [polling, feed].filter((each) => each !== undefined)
      const closing = [sweeper.stop(), ...feeds.map((each) => each.close())]
      await withTimeLimit(Promise.all(closing), CLOSE_WAIT_MS)
      vouching?.stop()
    },
  }
}
