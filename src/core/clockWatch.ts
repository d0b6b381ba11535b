import { createClockCheck } from './clockCheck.js'
import { type ClockJumps, type Clocks, createClockJumps } from './clockJumps.js'
import { createLedgerClock, type LedgerClock } from './ledgerClock.js'
import type { ClockComparison, Ledger, Logger } from './ports.js'

/** The clocks of one process, and the clocks that they are compared with. */
export interface ClockWatch extends Clocks {
  readonly jumps: ClockJumps
  /** Absent in a process without a ledger. */
  readonly ledgerClock: LedgerClock | undefined
  /** Takes a reading of the feed's clock. */
  compareWithFeed(comparison: ClockComparison): void
  /**
   * By how many milliseconds this process is ahead of the ledger's clock (negative: behind), or of
   * the feed's clock when the ledger has none. `undefined` until a clock was compared.
   */
  readonly offsetMs: number | undefined
  /** Whether the offset exceeds the tolerance. While it does, this process cannot judge tokens. */
  readonly isOff: boolean
}

export interface ClockWatchOptions extends Clocks {
  ledger: Ledger | undefined
  logger: Logger | undefined
}

export function createClockWatch(options: ClockWatchOptions): ClockWatch {
  const { ledger, logger, now, monotonic } = options
  const jumps = createClockJumps({ now, monotonic })
  const onRight = jumps.note
  const consequence = 'it cannot judge tokens until the clock is right'
  const ledgerCheck = createClockCheck({
    ...{ whose: 'the clock of the database', consequence, onRight, logger },
  })
  const feedCheck = createClockCheck({
    whose: 'the clock of Redis',
    consequence: ledger
      ? 'a guard that uses only Redis may be unable to judge tokens'
      : consequence,
    ...{ onRight, logger },
  })
  const ledgerClock =
    ledger && createLedgerClock({ ledger, jumps, now, monotonic, compare: ledgerCheck.compare })
  /** A process that reads the ledger goes by the ledger's clock, if there is one. */
  const decisive = () => (ledgerCheck.offsetMs === undefined ? feedCheck : ledgerCheck)

  return {
    ...{ now, monotonic, jumps, ledgerClock },
    compareWithFeed: feedCheck.compare,
    get offsetMs() {
      return decisive().offsetMs
    },
    get isOff() {
      return decisive().isOff
    },
  }
}
