import type { DenylistIndex } from './denylistIndex.js'
import { ledgerFeed } from './ledgerFeed.js'
import type { Clock, Feed, Follower, Ledger, Logger } from './ports.js'
import { repeat } from './repeat.js'
import { CLOCK_TOLERANCE_MS } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'

export interface FollowingOptions {
  index: DenylistIndex
  ledger: Ledger | undefined
  feed: Feed | undefined
  maxTokenLifetimeMs: number
  pollIntervalMs: number
  logger: Logger | undefined
  now: Clock
}

/** How this process keeps its index up to date. */
export interface Following {
  /** Begins, once; nothing connects earlier. */
  start(): void
  /** Reads on at once, for no longer than `waitMs`; whether it came through shows in the staleness. */
  refresh(waitMs: number): Promise<void>
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  /** Whether the feed answers; `undefined` without one, or before the start. */
  readonly isFeedWell: boolean | undefined
  close(): Promise<void>
}

const SWEEP_INTERVAL_MS = 5_000
/** A source that hangs does not keep the application from ending. */
const CLOSE_WAIT_MS = 2_000

/**
 * Follows the feed for speed and reads the ledger for completeness. A process with a ledger is as
 * fresh as its last reading of it, whatever the feed says: another process may hold revocations
 * that it could not send. Without a ledger the feed is all there is.
 */
export function createFollowing(options: FollowingOptions): Following {
  const { index, ledger, feed, maxTokenLifetimeMs, pollIntervalMs, logger, now } = options
  const polling = ledger && ledgerFeed({ ledger, intervalMs: pollIntervalMs, now })
  const truth = polling ?? feed
  let completeAsOf = Number.NEGATIVE_INFINITY
  let isStarted = false
  let isFeedWell: boolean | undefined

  const sweeper = repeat(
    async () => {
      while (index.sweep()) await new Promise((resolve) => setTimeout(resolve, 0))
    },
    { intervalMs: SWEEP_INTERVAL_MS, onOutcome: () => {} },
  )

  const followerOf = (followed: Feed): Follower => {
    const name = followed === feed ? 'the feed' : 'the ledger'
    let isFailing = false
    return {
      retentionMs: maxTokenLifetimeMs + 4 * CLOCK_TOLERANCE_MS,
      learn(revocations) {
        for (const revocation of revocations) index.add(revocation)
      },
      complete(asOf) {
        if (followed === truth) completeAsOf = Math.max(completeAsOf, asOf)
      },
      report(error) {
        if (error && !isFailing)
          logger?.warn({ err: error }, `Revocations: ${name} is out of reach`)
        if (!error && isFailing) logger?.info({}, `Revocations: ${name} answers again`)
        isFailing = error !== undefined
        if (followed === feed) isFeedWell = !isFailing
      },
      ...(ledger && { restore: () => ledger.read({ since: 0 }) }),
    }
  }

  const feeds = [polling, feed].filter((each) => each !== undefined)

  return {
    start() {
      if (isStarted) return
      isStarted = true
      for (const each of feeds) each.follow(followerOf(each))
      sweeper.start()
    },
    async refresh(waitMs) {
      if (truth) await withTimeLimit(truth.refresh(), waitMs).catch(() => {})
    },
    get stalenessMs() {
      return Math.max(0, now() - completeAsOf)
    },
    get isFeedWell() {
      return isFeedWell
    },
    async close() {
      const closing = [sweeper.stop(), ...feeds.map((each) => each.close())]
      await withTimeLimit(Promise.all(closing), CLOSE_WAIT_MS)
    },
  }
}
