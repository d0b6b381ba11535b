import type { Clock, Feed, Follower, Ledger } from './ports.js'
import { repeat } from './repeat.js'
import { inTime } from './timeLimit.js'

export interface LedgerFeedOptions {
  ledger: Ledger
  /** Milliseconds between two readings of the ledger's recent end. */
  intervalMs: number
  /**
   * How far before the last complete reading each one starts, in milliseconds: it must exceed the
   * longest transaction plus the distance between clocks, for rows become visible out of order.
   * Default {@link LEDGER_WINDOW_MS}.
   */
  windowMs?: number
  /** Milliseconds between two readings of the whole ledger, which catch any later straggler. */
  fullPassMs?: number
  /**
   * Asked at the first reading: from which instant on (milliseconds) it must read before it may
   * call itself complete, where another source told the rest. Default 0: everything.
   */
  firstSince?: () => number
  now?: Clock
}

/** In this time, milliseconds, whatever a process has decided is visible to all others. */
export const LEDGER_WINDOW_MS = 15_000

/** A page that takes longer, in milliseconds, counts as a failed reading. */
const PAGE_WAIT_MS = 5_000

/** A feed that needs nothing but the ledger: it reads the recent end at a steady rate. */
export function ledgerFeed(options: LedgerFeedOptions): Feed {
  const {
    ledger,
    intervalMs,
    windowMs = LEDGER_WINDOW_MS,
    fullPassMs = 300_000,
    now = Date.now,
  } = options
  const { firstSince = () => 0 } = options
  let follower: Follower | undefined
  let lastReading: number | undefined
  let lastFullPass = Number.NEGATIVE_INFINITY

  const read = async (since: number) => {
    const pages = ledger.read({ since })[Symbol.asyncIterator]()
    while (true) {
      const page = await inTime(pages.next(), PAGE_WAIT_MS)
      if (page.done) return
      follower?.learn(page.value)
      await othersToRun()
    }
  }

  const readRecent = async () => {
    if (!follower) return
    const asOf = now()
    const since = lastReading === undefined ? firstSince() : Math.min(asOf, lastReading) - windowMs
    await read(since)
    if (since === 0) lastFullPass = asOf
    lastReading = asOf
    follower.complete(asOf, asOf)
  }

  /** Apart from the recent end, which it must not delay. */
  const readWhole = async () => {
    const asOf = now()
    if (lastReading === undefined || asOf - lastFullPass < fullPassMs) return
    await read(0)
    lastFullPass = asOf
  }

  const recent = repeat(readRecent, {
    intervalMs,
    onOutcome: (error) => follower?.report(error),
  })
  const whole = repeat(readWhole, { intervalMs, onOutcome: () => {} })

  return {
    publish: async () => {},
    vouch: async () => {},
    follow(by) {
      follower = by
      recent.start()
      whole.start()
    },
    refresh: () => recent.now(),
    async close() {
      await Promise.all([recent.stop(), whole.stop()])
    },
  }
}

/** A database in the same process answers without ever leaving the event loop to anyone else. */
const othersToRun = () => new Promise<void>((resolve) => setImmediate(resolve))
