import type { Clock, Feed, Follower, Ledger } from './ports.js'
import { repeat } from './repeat.js'

export interface LedgerFeedOptions {
  ledger: Ledger
  /** Milliseconds between two readings of the ledger's recent end. */
  intervalMs: number
  /**
   * How far before the last complete reading each one starts, in milliseconds: it must exceed the
   * longest transaction plus the distance between clocks, for rows become visible out of order.
   * Default 15,000.
   */
  windowMs?: number
  /** Milliseconds between two readings of the whole ledger, which catch any later straggler. */
  fullPassMs?: number
  now?: Clock
}

/** A feed that needs nothing but the ledger: it reads the recent end at a steady rate. */
export function ledgerFeed(options: LedgerFeedOptions): Feed {
  const { ledger, intervalMs, windowMs = 15_000, fullPassMs = 300_000, now = Date.now } = options
  let follower: Follower | undefined
  let lastFullPass = Number.NEGATIVE_INFINITY
  let lastReading = Number.NEGATIVE_INFINITY

  const read = async () => {
    if (!follower) return
    const asOf = now()
    const isFullPass = asOf - lastFullPass >= fullPassMs
    const since = isFullPass ? 0 : Math.min(asOf, lastReading) - windowMs
    for await (const page of ledger.read({ since })) follower.learn(page)
    if (isFullPass) lastFullPass = asOf
    lastReading = asOf
    follower.complete(asOf)
  }

  const loop = repeat(read, { intervalMs, onOutcome: (error) => follower?.report(error) })

  return {
    publish: async () => {},
    follow(by) {
      follower = by
      loop.start()
    },
    refresh: () => loop.now(),
    close: () => loop.stop(),
  }
}
