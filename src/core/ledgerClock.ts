import type { ClockJumps, Clocks } from './clockJumps.js'
import type { ClockComparison, Ledger, Transaction } from './ports.js'

/** The last answer of the ledger about its state, and its clock extrapolated from there. */
export interface LedgerClock {
  /** Asks the ledger. `now` is by its clock, or by our clock when it has none. */
  ask(within?: Transaction): Promise<{ now: number; longestLifetimeMs: number }>
  /**
   * The time by the ledger's clock. It asks the ledger unless it did so in the last minute and our
   * clock has not jumped since.
   */
  now(within?: Transaction): Promise<number>
  /** Whether the ledger has a clock, as far as is known. */
  readonly isItsOwn: boolean
  /**
   * The longest life of a token that the ledger reported, in milliseconds; 0 before it was asked.
   */
  readonly longestLifetimeMs: number
}

export interface LedgerClockOptions extends Clocks {
  ledger: Pick<Ledger, 'state'>
  jumps: ClockJumps
  /** Called with every answer of the ledger's clock. */
  compare?: ((comparison: ClockComparison) => void) | undefined
}

const GOOD_FOR_MS = 60_000

export function createLedgerClock(options: LedgerClockOptions): LedgerClock {
  const { ledger, jumps, now, monotonic, compare } = options
  /** When it was asked last, by the monotonic clock. */
  let askedAt = Number.NEGATIVE_INFINITY
  let jumpsThen = 0
  /** The ledger's clock showed at most this at that instant. */
  let shown: number | undefined
  let longestLifetimeMs = 0

  const ask: LedgerClock['ask'] = async (within) => {
    const at = monotonic()
    const before = now()
    const state = await ledger.state(within)
    const after = now()
    askedAt = at
    jumpsThen = jumps.count()
    shown = state.now
    longestLifetimeMs = state.longestLifetimeMs
    if (shown !== undefined) compare?.({ theirs: shown, before, after })
    return { now: shown ?? after, longestLifetimeMs }
  }

  return {
    ask,
    async now(within) {
      const age = monotonic() - askedAt
      const isGood = age <= GOOD_FOR_MS && jumps.count() === jumpsThen
      if (!isGood) return (await ask(within)).now
      return shown === undefined ? now() : Math.round(shown + age)
    },
    get isItsOwn() {
      return shown !== undefined
    },
    get longestLifetimeMs() {
      return longestLifetimeMs
    },
  }
}
