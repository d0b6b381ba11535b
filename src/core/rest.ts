import type { Clock } from './ports.js'

/** The default of the option `restAfter`, in seconds. */
export const DEFAULT_REST_AFTER = 60

/** Tells whether anybody needs this process to know what is revoked. */
export interface Rest {
  /** Whether nobody has asked for a while and nobody waits for news. */
  readonly isAtRest: boolean
  /** Starts to measure how long nobody asks. */
  begin(): void
  /**
   * Call it with each question. After a rest it returns a promise to wait for before the answer,
   * because this process may have missed news. The promise does not reject.
   */
  use(): Promise<void> | undefined
}

export interface RestOptions {
  /** The rest begins this many milliseconds after the last question; `undefined`: never. */
  afterMs: number | undefined
  /** Whether somebody waits for news without asking. */
  isWatched: () => boolean
  /** Reads the news that came during the rest. */
  catchUp: () => Promise<void>
  monotonic: Clock
}

export function createRest({ afterMs, isWatched, catchUp, monotonic }: RestOptions): Rest {
  /** `undefined` until `begin` is called. */
  let usedAt: number | undefined
  let waking: Promise<void> | undefined

  const isAtRest = (at: number) =>
    afterMs !== undefined && usedAt !== undefined && at - usedAt > afterMs && !isWatched()

  return {
    get isAtRest() {
      return isAtRest(monotonic())
    },
    begin() {
      usedAt = monotonic()
    },
    use() {
      if (usedAt === undefined) return undefined
      const at = monotonic()
      const mustWake = isAtRest(at)
      usedAt = at
      if (mustWake) {
        waking ??= catchUp().finally(() => {
          waking = undefined
        })
      }
      return waking
    },
  }
}
