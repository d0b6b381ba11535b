import type { Clock } from './ports.js'

/** Of the option `restAfter`, in seconds. */
export const DEFAULT_REST_AFTER = 60

/** Whether anybody needs this process to know what is revoked. */
export interface Rest {
  /** Whether nobody asked for so long, and nobody waits for news. */
  readonly isAtRest: boolean
  /** From here on it counts how long nobody asks. */
  begin(): void
  /**
   * Somebody asks. After a rest it returns what to wait for before the answer: this process may
   * have missed what came meanwhile. It does not reject.
   */
  use(): Promise<void> | undefined
}

export interface RestOptions {
  /** So many milliseconds after the last question the rest begins; `undefined`: never. */
  afterMs: number | undefined
  /** Whether somebody waits for news without asking. */
  isWatched: () => boolean
  /** Catches up with what came meanwhile. */
  catchUp: () => Promise<void>
  monotonic: Clock
}

export function createRest({ afterMs, isWatched, catchUp, monotonic }: RestOptions): Rest {
  /** `undefined` before the beginning. */
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
