import type { ClockJumps, Clocks } from './clockJumps.js'
import type { ClockComparison, Ledger, Transaction } from './ports.js'

/** What the ledger said last of itself, and its clock as it goes on since. */
export interface LedgerClock {
  /** Asks the ledger; `now` is then by its clock, or by our own where it has none. */
  ask(within?: Transaction): Promise<{ now: number; longestLifetimeMs: number }>
  /** By the ledger's clock as it was told in the last minute, unless ours has jumped; else asks. */
  now(within?: Transaction): Promise<number>
  /** Whether the ledger has a clock, as far as is known. */
  readonly isItsOwn: boolean
  /** The longest life of a token that the ledger told of, in milliseconds; 0 before it was asked. */
  readonly longestLifetimeMs: number
}

export interface LedgerClockOptions extends Clocks {
  ledger: Pick<Ledger, 'state'>
  jumps: ClockJumps
  /** Told of every answer of a clock. */
  compare?: ((comparison: ClockComparison) => void) | undefined
}

const GOOD_FOR_MS = 60_000

export function createLedgerClock(options: LedgerClockOptions): LedgerClock {
  const { ledger, jumps, now, monotonic, compare } = options
  /** When it was asked last, by the clock that never jumps. */
  let askedAt = Number.NEGATIVE_INFINITY
  let jumpsThen = 0
  /** It showed no more than this at that instant. */
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
