import type { Backlog } from './backlog.js'
import type { DenylistIndex } from './denylistIndex.js'
import { LEDGER_WINDOW_MS, ledgerFeed } from './ledgerFeed.js'
import { ledgerSnapshot } from './ledgerSnapshot.js'
import { createOutageLog } from './outageLog.js'
import type { Clock, Feed, Follower, Ledger, Logger, PublishOptions } from './ports.js'
import { repeat } from './repeat.js'
import type { Revocation } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'
import { createVouching } from './vouching.js'

export interface FollowingOptions {
  index: DenylistIndex
  ledger: Ledger | undefined
  feed: Feed | undefined
  /** How what it is sent is to be treated by a feed. */
  publishing: PublishOptions
  pollIntervalMs: number
  /** Takes what the ledger holds and the feed does not: its sender may have died. */
  backlog: Backlog | undefined
  logger: Logger | undefined
  now: Clock
}

/** How this process keeps its index up to date. */
export interface Following {
  /** Begins, once; nothing connects earlier. */
  start(): void
  /** Lets go of what expires, where nothing is followed. */
  startSweeping(): void
  /** Takes in what this process was told by the ledger itself, outside of its readings. */
  learn(revocations: readonly Revocation[]): void
  /** Reads on at once, for no longer than `waitMs`; whether it came through shows in the staleness. */
  refresh(waitMs: number): Promise<void>
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /** When that was (ms since the epoch); `-Infinity` before the first time. */
  readonly completeAsOf: number
  /** Whether the feed answers; `undefined` without one, or before the start. */
  readonly isFeedWell: boolean | undefined
  /** How long ago this process last had all that the feed carries, in ms; `undefined` likewise. */
  readonly feedLagMs: number | undefined
  /** When the feed was last seen to have lost content and been filled anew (ms), if ever. */
  readonly feedRenewedAt: number | undefined
  close(): Promise<void>
}

/**
 * At the start the feed, which is faster, tells what it knows before the ledger is read, unless
 * nothing came from it for so long.
 */
const FEED_SILENCE_MS = 80
const SWEEP_INTERVAL_MS = 5_000
/** A source that hangs does not keep the application from ending. */
const CLOSE_WAIT_MS = 2_000

/**
 * Follows the feed for speed and reads the ledger for completeness. A process with a ledger is as
 * fresh as its last reading of it, whatever the feed says: another process may hold revocations
 * that it could not send. Without a ledger it is as fresh as the last reading of one that has it
 * and has vouched for what the feed holds.
 */
export function createFollowing(options: FollowingOptions): Following {
  const { index, ledger, feed, publishing, pollIntervalMs, backlog, logger, now } = options
  let completeAsOf = Number.NEGATIVE_INFINITY
  let isFeedWell: boolean | undefined
  let feedAsOf: number | undefined
  /** Up to when the feed has told all that the ledger held. */
  let vouchedAsOf: number | undefined
  let feedRenewedAt: number | undefined
  let feedSpokeAt = 0
  let start: Promise<void> | undefined

  const polling =
    ledger &&
    ledgerFeed({
      ...{ ledger, intervalMs: pollIntervalMs, now },
      firstSince: () => Math.max(0, (vouchedAsOf ?? 0) - LEDGER_WINDOW_MS),
    })
  const truth = polling ?? feed
  const vouching =
    polling && feed && backlog && createVouching({ ledger, feed, backlog, now, polling })

  const sweeper = repeat(
    async () => {
      while (index.sweep()) await new Promise((resolve) => setTimeout(resolve, 0))
    },
    { intervalMs: SWEEP_INTERVAL_MS, onOutcome: () => {} },
  )

  const complete = (asOf: number) => {
    completeAsOf = Math.max(completeAsOf, asOf)
  }

  const reportLedger = createOutageLog('the ledger', logger)
  const reportFeed = createOutageLog('the feed', logger)

  const ledgerFollower: Follower = {
    ...publishing,
    learn(revocations) {
      const added = revocations.filter((revocation) => index.add(revocation))
      vouching?.ledgerTold(revocations, added)
    },
    complete(asOf) {
      complete(asOf)
      vouching?.ledgerRead(asOf)
    },
    report: reportLedger,
  }

  const feedFollower: Follower = {
    ...publishing,
    learn(revocations) {
      feedSpokeAt = performance.now()
      const late: Revocation[] = []
      for (const revocation of revocations) {
        const lift = index.liftOf(revocation)
        if (lift) late.push(lift)
        index.add(revocation)
      }
      // Its sender did not know of the lift and wrote what it takes back once more.
      vouching?.resend(late)
    },
    complete(asOf, ledgerAsOf) {
      if (!ledger && ledgerAsOf !== undefined) complete(ledgerAsOf)
      feedAsOf = asOf
      vouchedAsOf = ledgerAsOf
      vouching?.feedRead({ isBack: isFeedWell !== true && Number.isFinite(completeAsOf) })
    },
    report(error) {
      isFeedWell = error === undefined
      reportFeed(error)
    },
    warn: (message) => logger?.warn({}, `Revocations: ${message}`),
    renewed() {
      feedRenewedAt = now()
      logger?.warn({}, 'Revocations: the feed had lost content and was filled anew')
    },
    ...(ledger && { restore: () => ledgerSnapshot(ledger, now) }),
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
    sweeper.start()
    feed?.follow(feedFollower)
    if (feed && polling) await feedToTellAllOrFallSilent(feed)
    polling?.follow(ledgerFollower)
  }

  return {
    start() {
      start ??= begin()
    },
    startSweeping: sweeper.start,
    learn(revocations) {
      for (const revocation of revocations) {
        if (index.add(revocation)) vouching?.learnedAside(revocation)
      }
    },
    async refresh(waitMs) {
      const read = async () => {
        await start
        await truth?.refresh()
      }
      await withTimeLimit(read(), waitMs).catch(() => {})
    },
    get stalenessMs() {
      return Math.max(0, now() - completeAsOf)
    },
    get completeAsOf() {
      return completeAsOf
    },
    get isFeedWell() {
      return isFeedWell
    },
    get feedLagMs() {
      return feedAsOf === undefined ? undefined : Math.max(0, now() - feedAsOf)
    },
    get feedRenewedAt() {
      return feedRenewedAt
    },
    async close() {
      const feeds = [polling, feed].filter((each) => each !== undefined)
      const closing = [sweeper.stop(), ...feeds.map((each) => each.close())]
      await withTimeLimit(Promise.all(closing), CLOSE_WAIT_MS)
    },
  }
}
