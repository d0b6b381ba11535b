import type { Backlog } from './backlog.js'
import { createFeedNews } from './feedNews.js'
import type { Feed } from './ports.js'
import type { Revocation } from './revocation.js'

/**
 * Makes sure that the feed contains everything in the ledger, and vouches for that. The sender of a
 * revocation may have died or failed to send it, and a process without a ledger knows only the
 * feed.
 */
export interface Vouching {
  /**
   * The ledger told this process of a revocation outside a reading. The next reading that finds it
   * must send it.
   */
  learnedAside(revocation: Revocation): void
  /**
   * What a reading of the ledger returned, and which of it was new to this process. It is sent unless
   * the feed brings it soon.
   */
  ledgerTold(revocations: readonly Revocation[], added: readonly Revocation[]): void
  /** The feed brought these. */
  feedTold(revocations: readonly Revocation[]): void
  /**
   * A reading is over. It returned everything that the ledger held at this instant
   * (`performance.now()`).
   */
  ledgerRead(asOf: number): void
  /**
   * The feed was read to its end.
   *
   * `isBack`: whether the feed was unreachable, never read, or empty at the last reading of the ledger.
   * `vouchedAsOf`: the instant as of which a process has vouched for what the feed holds, if any.
   */
  feedRead(options: { isBack: boolean; vouchedAsOf: number | undefined }): void
  /** Sends revocations, without waiting. */
  resend(revocations: readonly Revocation[]): void
  stop(): void
}

export interface VouchingOptions {
  /** Everything in the ledger, for a feed that lacks it. */
  snapshot: () => AsyncIterable<readonly Revocation[]>
  /** What the ledger holds that it may not have held at an instant (`performance.now()`). */
  newsSince: (asOf: number) => AsyncIterable<readonly Revocation[]>
  feed: Feed
  backlog: Backlog
  /** The readings of the ledger. */
  polling: Pick<Feed, 'refresh'>
}

export function createVouching(options: VouchingOptions): Vouching {
  const { snapshot, newsSince, feed, backlog, polling } = options
  /** Ids of revocations from `learnedAside`. */
  const aside = new Set<string>()
  let wasFeedRead = false
  /** The ledger was read before the feed, so it is not known what the feed lacks. */
  let isFeedBehind = false
  let isResending = false
  let isVouching = false

  const resend = (revocations: readonly Revocation[]) => {
    if (revocations.length > 0) void backlog.send(revocations, { waitMs: 0 })
  }

  const feedNews = createFeedNews(resend)

  const resendMissing = async (vouchedAsOf: number | undefined) => {
    isResending = true
    isFeedBehind = false
    try {
      const missing = vouchedAsOf === undefined ? snapshot() : newsSince(vouchedAsOf)
      for await (const page of missing) resend(page)
    } catch {
      isFeedBehind = true
    }
    isResending = false
  }

  /** Vouching waits for a reading, and the next regular one is seconds away. */
  const catchUp = async (vouchedAsOf: number | undefined) => {
    if (isFeedBehind) await resendMissing(vouchedAsOf)
    // A reading that is already running may have begun before the feed was read. It vouches for
    // nothing, so a second one follows.
    await polling.refresh()
    await polling.refresh()
  }

  return {
    learnedAside({ id }) {
      aside.add(id)
    },

    ledgerTold(revocations, added) {
      const fromAside = aside.size > 0 ? revocations.filter(({ id }) => aside.delete(id)) : []
      if (wasFeedRead) feedNews.expect([...added, ...fromAside])
      else isFeedBehind ||= added.length > 0 || fromAside.length > 0
    },

    /**
     * Everything that this process has read is in the feed, came from it, is expected from it, or
     * waits in the backlog. While one reading waits to be sent, a later one adds nothing.
     */
    ledgerRead(asOf) {
      if (!wasFeedRead || isFeedBehind || isResending || isVouching) return
      isVouching = true
      feedNews.afterAll(() =>
        backlog.afterAll(() => {
          isVouching = false
          feed.vouch(asOf).catch(() => {})
        }),
      )
    },

    feedRead({ isBack, vouchedAsOf }) {
      wasFeedRead = true
      if (isResending) return
      if (isFeedBehind || isBack) catchUp(vouchedAsOf).catch(() => {})
    },

    feedTold: feedNews.came,
    resend,
    stop: feedNews.stop,
  }
}
