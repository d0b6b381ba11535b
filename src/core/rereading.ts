import type { Check, MinuteRun } from './knownRows.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'
import { MINUTE_MS } from './rowDigest.js'

export type Pages = AsyncIterable<readonly Revocation[]>

/** A check that is under way, and the signal that ends it. */
export interface Look {
  readonly check: Check
  readonly signal: AbortSignal
}

/** Reads parts of the ledger again. What was read replaces what was known. */
export interface Rereading {
  everything(look: Look): Pages
  /** At least the rows that were created in the last `recentMs`. */
  recent(look: Look): Pages
  /** What expires in these minutes. */
  minutes(look: Look, minutes: readonly MinuteRun[]): Pages
}

export function createRereading(options: {
  ledger: Ledger
  askTime: () => Promise<number>
  recentMs: number
  now: Clock
}): Rereading {
  const { askTime, ledger, now, recentMs } = options

  async function* counted({ check }: Look, pages: Pages): Pages {
    for await (const page of pages) {
      check.count(page)
      yield page
    }
  }

  return {
    async *everything(look) {
      const { check, signal } = look
      const at = Math.min(now(), await askTime())
      yield* counted(look, ledger.read({ since: 0, at, signal }))
      check.replace({ since: 0 })
    },

    async *recent(look) {
      const { check, signal } = look
      const ledgerNow = await askTime()
      const from = Math.min(check.recentSince, ledgerNow - recentMs)
      const at = Math.min(now(), ledgerNow)
      yield* counted(look, ledger.read({ since: Math.max(0, from), at, signal }))
      check.replace({ since: check.recentSince })
    },

    async *minutes(look, minutes) {
      const { check, signal } = look
      for (const [first, last] of minutes) {
        const isOpen = last === Number.POSITIVE_INFINITY
        const before = isOpen ? {} : { before: (last + 1) * MINUTE_MS }
        const range = { since: 0, at: first * MINUTE_MS - 1, ...before, signal }
        yield* counted(look, ledger.read(range))
      }
      check.replace({ since: 0, minutes })
    },
  }
}
