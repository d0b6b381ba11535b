import { type ClockJumps, createClockJumps } from './clockJumps.js'
import { createLedgerClock, type LedgerClock } from './ledgerClock.js'
import type { Clock, Feed, Follower, Ledger } from './ports.js'
import { readInTurns } from './readInTurns.js'
import { repeat } from './repeat.js'

export interface LedgerFeedOptions {
  ledger: Ledger
  /** Milliseconds between two readings of the ledger's recent end. */
  intervalMs: number
  /**
   * As `intervalMs`, asked after each reading: while nobody waits for news it may be longer, and
   * `Infinity` until somebody asks to `refresh`. Default: always `intervalMs`.
   */
  nextInMs?: () => number
  /** Waited for right before each reading of the recent end. It must not reject. */
  beforeReading?: () => Promise<void>
  /**
   * How far before the last complete reading each one starts, in milliseconds: it must exceed the
   * time from making an id to committing its row ({@link latestIdAgeMs}) plus the distance between
   * clocks, for rows become visible out of order. Default {@link LEDGER_WINDOW_MS}.
   */
  windowMs?: number | undefined
  /** Milliseconds between two readings of the whole ledger, which catch any later straggler. */
  fullPassMs?: number
  /**
   * Asked at the first reading: another source has told all that the ledger held at this instant
   * (by `monotonic`), so that it may begin there and call itself complete. Default: none has.
   */
  firstAsOf?: () => number | undefined
  clock?: LedgerClock
  jumps?: ClockJumps
  now?: Clock
  monotonic?: Clock
}

/** Whatever was acknowledged is found by who reads from so many milliseconds ago on. */
export const LEDGER_WINDOW_MS = 15_000

/**
 * Past this age (milliseconds, by the ledger's clock) when its row is acknowledged, an id is too
 * old for those who read a window back: a third of it, for clocks and readings take their share.
 */
export const latestIdAgeMs = (windowMs: number): number => windowMs / 3

/** Once in a window this many are read again, for what was not acknowledged in time. */
const WIDE_WINDOWS = 20

/**
 * A feed that needs nothing but the ledger: it reads the recent end at a steady rate, by the
 * ledger's own clock, so that nobody's own has to be right.
 */
export function ledgerFeed(options: LedgerFeedOptions): Feed {
  const { ledger, intervalMs, windowMs = LEDGER_WINDOW_MS, fullPassMs = 300_000 } = options
  const { now = () => Date.now(), monotonic = () => performance.now() } = options
  const { jumps = createClockJumps({ now, monotonic }), firstAsOf = () => undefined } = options
  const { clock = createLedgerClock({ ledger, jumps, now, monotonic }) } = options
  const { nextInMs = () => intervalMs, beforeReading } = options
  let follower: Follower | undefined
  /** When the last complete reading began, by the ledger's clock. */
  let lastReading: number | undefined
  /** The jumps of our clock after which the whole was read. */
  let jumpsOvercome = 0
  /** Nobody waited for news: it goes on with the next refresh. */
  let hasOlderStopped = false
  let lastWide = Number.NEGATIVE_INFINITY
  let lastWhole = Number.NEGATIVE_INFINITY

  /** Neither clock may take for expired what the other does not. */
  const read = (since: number, ledgerNow: number) =>
    ledger.read({ since: Math.max(0, since), at: Math.min(now(), ledgerNow) })

  const firstSince = (asOf: number, ledgerNow: number) => {
    const toldAsOf = firstAsOf()
    return toldAsOf === undefined ? 0 : ledgerNow - (asOf - toldAsOf) - windowMs
  }

  const recent = readInTurns({
    monotonic,
    take: (page) => follower?.learn(page),
    async *begin() {
      await beforeReading?.()
      const asOf = monotonic()
      const { now: ledgerNow } = await clock.ask()
      const jumpsBefore = jumps.count()
      const since =
        lastReading === undefined
          ? firstSince(asOf, ledgerNow)
          : Math.min(ledgerNow, lastReading) - windowMs
      // By a clock that was wrong, what counts may have been taken for expired.
      const isWhole = since <= 0 || jumpsOvercome !== jumpsBefore
      yield* read(isWhole ? 0 : since, ledgerNow)
      if (jumps.count() !== jumpsBefore) return
      if (isWhole) lastWhole = asOf
      lastReading = ledgerNow
      jumpsOvercome = jumpsBefore
      follower?.complete(asOf, asOf)
    },
  })

  /** Apart from the recent end, which it must not delay. */
  const older = readInTurns({
    monotonic,
    take: (page) => follower?.learn(page),
    async *begin() {
      const asOf = monotonic()
      const isWhole = asOf - lastWhole >= fullPassMs
      const { now: ledgerNow } = await clock.ask()
      yield* read(isWhole ? 0 : ledgerNow - WIDE_WINDOWS * windowMs, ledgerNow)
      lastWide = asOf
      if (isWhole) lastWhole = asOf
    },
  })

  const readOlder = async () => {
    const at = monotonic()
    const isDue = at - lastWide >= windowMs || at - lastWhole >= fullPassMs
    if (lastReading !== undefined && (isDue || older.isUnderWay)) await older.turn()
  }

  const readings = [
    repeat(recent.turn, {
      intervalMs: nextInMs,
      retryMs: intervalMs,
      onOutcome: (error) => follower?.report(error),
    }),
    repeat(readOlder, {
      intervalMs() {
        const ms = nextInMs()
        hasOlderStopped = ms === Number.POSITIVE_INFINITY
        return ms
      },
      retryMs: intervalMs,
      onOutcome: () => {},
    }),
  ] as const

  const refresh = async () => {
    try {
      await readings[0].now()
    } finally {
      // Where it failed the recent end is tried again by itself, and so must be what lies before it.
      if (hasOlderStopped) {
        hasOlderStopped = false
        readings[1].now().catch(() => {})
      }
    }
  }

  return {
    publish: async () => {},
    vouch: async () => {},
    follow(by) {
      follower = by
      for (const reading of readings) reading.start()
    },
    refresh,
    async close() {
      await Promise.all(readings.map((reading) => reading.stop()))
    },
  }
}
