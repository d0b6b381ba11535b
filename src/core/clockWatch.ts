import { createClockCheck } from './clockCheck.js'
import { type ClockJumps, type Clocks, createClockJumps } from './clockJumps.js'
import { createLedgerClock, type LedgerClock } from './ledgerClock.js'
import type { ClockComparison, Ledger, Logger } from './ports.js'

/** The clocks of one process, and those that it is held against. */
export interface ClockWatch extends Clocks {
  readonly jumps: ClockJumps
  /** Absent in a process without a ledger. */
  readonly ledgerClock: LedgerClock | undefined
  /** The feed's clock was asked. */
  compareWithFeed(comparison: ClockComparison): void
  /**
   * By how many milliseconds this process is ahead of the ledger's clock, or of the feed's where
   * the ledger has none; negative: behind. `undefined` while nothing was compared.
   */
  readonly offsetMs: number | undefined
  /** Whether that is past the tolerance: then this process vouches for nothing. */
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
  const consequence = 'it vouches for no token'
  const ledgerCheck = createClockCheck({
    ...{ whose: 'the clock of the database', consequence, onRight, logger },
  })
  const feedCheck = createClockCheck({
    whose: 'the clock of Redis',
    consequence: ledger ? 'whoever knows Redis alone may vouch for no token' : consequence,
    ...{ onRight, logger },
  })
  const ledgerClock =
    ledger && createLedgerClock({ ledger, jumps, now, monotonic, compare: ledgerCheck.compare })
  /** Who reads the ledger goes by its clock, if it has one. */
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
