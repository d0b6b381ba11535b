import type { ClockWatch } from './clockWatch.js'
import type { Ledger, Logger, Transaction } from './ports.js'

/** How long tokens live, in this process and in others on the same ledger. */
export interface Lifetime {
  /**
   * The longest token life that any process has declared lately, in milliseconds. While a
   * deployment changes the setting, both kinds of processes and tokens exist.
   */
  longestMs(): number
  /**
   * Tells the other processes how long tokens of this process live, before it issues one. It is
   * durable when the promise resolves, or when the transaction `within` commits.
   */
  declare(within?: Transaction): Promise<void>
}

export interface LifetimeOptions {
  /** The life of the tokens that this process issues, in milliseconds. */
  ownMs: number
  ledger: Ledger | undefined
  clocks: ClockWatch
  logger: Logger | undefined
}

const DECLARE_EVERY_MS = 6 * 3_600_000

export function createLifetime({ ownMs, ledger, clocks, logger }: LifetimeOptions): Lifetime {
  const { ledgerClock, monotonic, now } = clocks
  let declaredAt = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY }
  let declaring: Promise<void> | undefined
  let isWarned = false

  const isDeclared = () =>
    monotonic() - declaredAt.monotonic < DECLARE_EVERY_MS &&
    now() - declaredAt.wall < DECLARE_EVERY_MS

  const warn = (longestMs: number) => {
    isWarned = true
    const details = { ownSeconds: ownMs / 1_000, longestSeconds: longestMs / 1_000 }
    logger?.warn(
      details,
      'Revocations: other processes on this database issue tokens that live longer, so this process keeps revocations for as long',
    )
  }

  const declareOwn = async () => {
    const at = { monotonic: monotonic(), wall: now() }
    await ledger?.declareLifetime(ownMs)
    declaredAt = at
  }

  return {
    longestMs() {
      const told = ledgerClock?.longestLifetimeMs ?? 0
      if (told <= ownMs) return ownMs
      if (!isWarned) warn(told)
      return told
    },
    async declare(within) {
      if (!ledger || isDeclared()) return
      if (within) return ledger.declareLifetime(ownMs, within)
      declaring ??= declareOwn().finally(() => {
        declaring = undefined
      })
      await declaring
    },
  }
}
