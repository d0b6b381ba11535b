import { type ClockJumps, createClockJumps } from './clockJumps.js'
import { createKnownRows } from './knownRows.js'
import { createLedgerClock, type LedgerClock } from './ledgerClock.js'
import { createLookBack, RECENT_WINDOWS } from './lookBack.js'
import type { Clock, Feed, Follower, Ledger } from './ports.js'
import { readInTurns } from './readInTurns.js'
import { repeat } from './repeat.js'
import type { Revocation } from './revocation.js'
import { countBetween, linesBetween } from './rowDigest.js'
import { uuidv7Floor } from './uuidv7.js'
import { createWindowSlices, sliceStart } from './windowSlices.js'

export interface LedgerFeedOptions {
  ledger: Ledger
  /** Milliseconds between two readings of the ledger's recent part. */
  intervalMs: number
  /**
   * Like `intervalMs`, but asked after each reading. It may be longer while nobody waits for news;
   * `Infinity` means that the next reading waits for `refresh`. Default: always `intervalMs`.
   */
  nextInMs?: () => number
  /** Runs right before each reading of the recent part, which waits for it. It must not reject. */
  beforeReading?: () => Promise<void>
  /**
   * How far before the last complete reading each one starts, in milliseconds. Rows become visible
   * out of order, so it must exceed the time from creating an id to committing its row ({@link
   * latestIdAgeMs}) plus the distance between clocks. Default {@link LEDGER_WINDOW_MS}.
   */
  windowMs?: number | undefined
  /**
   * Up to so many rows of the recent part are read again and again by one question. If there are more,
   * the ledger is asked first what differs from what was read. Default 500, which is one page.
   */
  fewRows?: number
  /**
   * The longest time between two looks at the whole ledger, which find any row that came later
   * still, in milliseconds. A look is a comparison, or a reading if the ledger cannot be compared.
   */
  fullPassMs?: number
  /**
   * Milliseconds between two comparisons of a small ledger, at most a third of the window (the
   * default). A large ledger is compared less often.
   */
  compareMs?: number | undefined
  /**
   * Asked at the first reading. It returns the instant (by `monotonic`) as of which another source
   * has told everything in the ledger, so that the first reading may start there. Default: there is
   * none.
   */
  firstAsOf?: () => number | undefined
  clock?: LedgerClock
  jumps?: ClockJumps
  now?: Clock
  monotonic?: Clock
}

/** A reader that starts this many milliseconds ago finds everything that was acknowledged since. */
export const LEDGER_WINDOW_MS = 15_000

/**
 * The oldest that an id may be when its row is acknowledged (milliseconds, by the ledger's clock).
 * Readers may miss an older one. It is a third of the window: clock differences and readings use up
 * the rest.
 */
export const latestIdAgeMs = (windowMs: number): number => windowMs / 3

/**
 * A feed that needs only the ledger. It reads the recent part at a steady rate, by the ledger's own
 * clock, so no process needs the right time.
 */
export function ledgerFeed(options: LedgerFeedOptions): Feed {
  const { ledger, intervalMs, windowMs = LEDGER_WINDOW_MS, fullPassMs = 300_000 } = options
  const { fewRows = 500 } = options
  const { now = () => Date.now(), monotonic = () => performance.now() } = options
  const { jumps = createClockJumps({ now, monotonic }), firstAsOf = () => undefined } = options
  const { clock = createLedgerClock({ ledger, jumps, now, monotonic }) } = options
  const { nextInMs = () => intervalMs, beforeReading } = options
  const compareMs = Math.min(options.compareMs ?? windowMs, windowMs / 3)
  let follower: Follower | undefined
  /** When the last complete reading began, by the ledger's clock. */
  let lastReading: number | undefined
  /** The count of clock jumps for which the whole ledger was last read. */
  let jumpsOvercome = 0
  /** Nobody waited for news, so the older part waits for the next refresh. */
  let hasOlderStopped = false
  const known = createKnownRows({ recentMs: RECENT_WINDOWS * windowMs, setBackMs: windowMs })
  const window = createWindowSlices({ fewRows, longestMs: 4 * windowMs })

  const firstSince = (asOf: number, ledgerNow: number) => {
    const toldAsOf = firstAsOf()
    return toldAsOf === undefined ? 0 : ledgerNow - (asOf - toldAsOf) - windowMs
  }

  const recent = readInTurns<readonly Revocation[]>({
    monotonic,
    take: (page) => follower?.learn(page),
    async *begin(signal) {
      await beforeReading?.()
      const asOf = monotonic()
      const { now: ledgerNow } = await clock.ask()
      const jumpsBefore = jumps.count()
      const since =
        lastReading === undefined
          ? firstSince(asOf, ledgerNow)
          : Math.min(ledgerNow, lastReading) - windowMs
      // A clock that was wrong may have made entries look expired, so everything is read again.
      const isWhole = since <= 0 || jumpsOvercome !== jumpsBefore
      // The next reading begins there, so these rows are read for the last time.
      const horizon = sliceStart(ledgerNow - windowMs)
      // An entry is expired only if both clocks say so.
      const at = Math.min(now(), ledgerNow)
      const ranges = isWhole
        ? [{ since: 0 }]
        : await window.toRead(ledger, { since: sliceStart(since), at, signal })
      const reading = window.reading(ranges)
      const older = countBetween(0, horizon)
      const floor = uuidv7Floor(horizon)
      for (const range of ranges) {
        for await (const page of ledger.read({ ...range, at, signal })) {
          if (isWhole) older.take(page)
          reading.take(isWhole ? page.filter(({ id }) => id >= floor) : page)
          yield page
        }
      }
      if (jumps.count() !== jumpsBefore) return
      reading.end()
      if (isWhole) {
        known.restart(horizon, older.counts)
        lookBack.wholeWasRead(asOf)
      }
      for (const line of linesBetween(known.horizon, horizon))
        known.advance(line, window.between(known.horizon, line))
      window.forgetBefore(horizon)
      lastReading = ledgerNow
      jumpsOvercome = jumpsBefore
      follower?.complete(asOf, asOf)
    },
  })

  const lookBack = createLookBack({
    ...{ ledger, known, windowMs, compareMs, fullPassMs, now, monotonic },
    askTime: async () => (await clock.ask()).now,
  })

  /** Read apart from the recent part, so as not to delay it. */
  const older = readInTurns<readonly Revocation[]>({
    monotonic,
    take: (page) => follower?.learn(page),
    begin: lookBack.read,
  })

  const readOlder = async () => {
    const isDue = older.isUnderWay || lookBack.isDue()
    if (lastReading !== undefined && isDue) await older.turn()
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
      // If it failed, the recent part is retried by itself, so the older part must be too.
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
