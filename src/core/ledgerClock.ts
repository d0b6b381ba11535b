import type { ClockJumps, Clocks } from './clockJumps.js'
import type { ClockComparison, Ledger, Transaction } from './ports.js'
import type { Revocation } from './revocation.js'

/** The last answer of the ledger about its state, and its clock extrapolated from there. */
export interface LedgerClock {
  /**
   * Asks the ledger. `now` is by its clock, or by our clock when it has none. `recorded` is what was
   * just written: see {@link Ledger.state}.
   */
  ask(
    within?: Transaction,
    recorded?: readonly Revocation[],
  ): Promise<{ now: number; longestLifetimeMs: number }>
  /**
   * The time by the ledger's clock. It asks the ledger unless it did so in the last minute and our
   * clock has not jumped since.
   */
  now(within?: Transaction): Promise<number>
  /**
   * The latest that the ledger's clock can show now, without a question. `undefined` if it was not
   * asked in the last minute, or if our clock has jumped since.
   */
  latest(): number | undefined
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
  /** The same by the wall clock. */
  let askedAtWall = Number.NEGATIVE_INFINITY
  let jumpsThen = 0
  /** The ledger's clock showed at most this at that instant. */
  let shown: number | undefined
  let longestLifetimeMs = 0

  const ask: LedgerClock['ask'] = async (within, recorded) => {
    const at = monotonic()
    const before = now()
    const state = await ledger.state(within, recorded)
    const after = now()
    askedAt = at
    askedAtWall = before
    jumpsThen = jumps.count()
    shown = state.now
    longestLifetimeMs = state.longestLifetimeMs
    if (shown !== undefined) compare?.({ theirs: shown, before, after })
    return { now: shown ?? after, longestLifetimeMs }
  }

  const isGood = () => monotonic() - askedAt <= GOOD_FOR_MS && jumps.count() === jumpsThen

  return {
    ask,
    async now(within) {
      if (!isGood()) return (await ask(within)).now
      return shown === undefined ? now() : Math.round(shown + monotonic() - askedAt)
    },
    latest() {
      if (!isGood()) return undefined
      if (shown === undefined) return now()
      // One of our clocks stands still while the machine sleeps.
      return shown + Math.max(monotonic() - askedAt, now() - askedAtWall)
    },
    get isItsOwn() {
      return shown !== undefined
    },
    get longestLifetimeMs() {
      return longestLifetimeMs
    },
  }
}
