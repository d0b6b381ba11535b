import type { Backlog } from './backlog.js'
import type { Feed } from './ports.js'
import type { Revocation } from './revocation.js'

/**
 * Sees to it that the feed holds all that the ledger holds, and vouches for that: the sender of a
 * revocation may have died, or could not send it, and who has no ledger knows only the feed.
 */
export interface Vouching {
  /** This process was told by the ledger itself: a reading that comes to it has to send it on. */
  learnedAside(revocation: Revocation): void
  /** What a reading of the ledger told, and what of it this process did not know. */
  ledgerTold(revocations: readonly Revocation[], added: readonly Revocation[]): void
  /** A reading is over: it told all that the ledger held at this instant (`performance.now()`). */
  ledgerRead(asOf: number): void
  /**
   * The feed was read to its end.
   *
   * @param isBack whether it was out of reach, or never read, when the ledger was read last
   */
  feedRead(options: { isBack: boolean }): void
  /** Sends revocations on, without waiting. */
  resend(revocations: readonly Revocation[]): void
}

export interface VouchingOptions {
  /** All that the ledger holds, for a feed that lacks it. */
  snapshot: () => AsyncIterable<readonly Revocation[]>
  feed: Feed
  backlog: Backlog
  /** The readings of the ledger. */
  polling: Pick<Feed, 'refresh'>
}

export function createVouching({ snapshot, feed, backlog, polling }: VouchingOptions): Vouching {
  /** Ids of what was learned aside. */
  const aside = new Set<string>()
  let wasFeedRead = false
  /** The ledger was read before the feed: what the feed lacks is not known. */
  let isFeedBehind = false
  let isResending = false
  let isVouching = false

  const resend = (revocations: readonly Revocation[]) => {
    if (revocations.length > 0) void backlog.send(revocations, { waitMs: 0 })
  }

  const resendAll = async () => {
    isResending = true
    isFeedBehind = false
    try {
      for await (const page of snapshot()) resend(page)
    } catch {
      isFeedBehind = true
    }
    isResending = false
  }

  /** Vouching waits for a reading, and the next is seconds away. */
  const catchUp = async () => {
    if (isFeedBehind) await resendAll()
    // One that is under way may have begun before the feed was read, and then vouches for nothing.
    await polling.refresh()
    await polling.refresh()
  }

  return {
    learnedAside({ id }) {
      aside.add(id)
    },

    ledgerTold(revocations, added) {
      const fromAside = aside.size > 0 ? revocations.filter(({ id }) => aside.delete(id)) : []
      if (wasFeedRead) resend([...added, ...fromAside])
      else isFeedBehind ||= added.length > 0 || fromAside.length > 0
    },

    /**
     * Whatever this process has read is in the feed, has come over it, or waits in the backlog.
     * While one reading is not out yet, later ones say nothing new.
     */
    ledgerRead(asOf) {
      if (!wasFeedRead || isFeedBehind || isResending || isVouching) return
      isVouching = true
      backlog.afterAll(() => {
        isVouching = false
        feed.vouch(asOf).catch(() => {})
      })
    },

    feedRead({ isBack }) {
      wasFeedRead = true
      if (isResending) return
      if (isFeedBehind || isBack) catchUp().catch(() => {})
    },

    resend,
  }
}
