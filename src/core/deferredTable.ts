import { createExpiryTable, type ExpiryTable } from './expiryTable.js'

/** An {@link ExpiryTable} whose names may take effect later. */
export interface DeferredTable extends ExpiryTable {
  /**
   * Remembers a name from `effectiveAt` (ms; 0: at once) until `expiresAt`. If a name is added
   * several times, the earliest effect and the latest expiry win. `false` when nothing changes.
   */
  add(name: string, expiresAt: number, effectiveAt?: number): boolean
  /**
   * Moves up to `count` names that have taken effect into the compact table; `true` when the round
   * is not over.
   */
  sweepPending(count: number): boolean
}

interface Pending {
  readonly effectiveAt: number
  readonly expiresAt: number
}

/** Few names wait, and not for long, so a plain map holds them. */
export function createDeferredTable({ now }: { now: () => number }): DeferredTable {
  const table = createExpiryTable({ now })
  const pending = new Map<string, Pending>()
  let position = pending.entries()

  return {
    add(name, expiresAt, effectiveAt = 0) {
      const at = now()
      const known = pending.size > 0 ? pending.get(name) : undefined
      const isKnown =
        known !== undefined &&
        known.effectiveAt <= Math.max(effectiveAt, at) &&
        known.expiresAt >= expiresAt
      if (effectiveAt <= at) return table.add(name, expiresAt) && !isKnown
      if (isKnown || expiresAt <= at) return false
      pending.set(name, {
        effectiveAt: Math.min(effectiveAt, known?.effectiveAt ?? effectiveAt),
        expiresAt: Math.max(expiresAt, known?.expiresAt ?? expiresAt),
      })
      return true
    },

    has(name) {
      if (table.has(name)) return true
      const waiting = pending.size > 0 ? pending.get(name) : undefined
      if (!waiting) return false
      const at = now()
      return waiting.effectiveAt <= at && at < waiting.expiresAt
    },

    sweep: table.sweep,

    sweepPending(count) {
      const at = now()
      for (let left = count; left > 0; left -= 1) {
        const { done, value } = position.next()
        if (done) {
          position = pending.entries()
          return false
        }
        const [name, { effectiveAt, expiresAt }] = value
        if (effectiveAt > at) continue
        pending.delete(name)
        table.add(name, expiresAt)
      }
      return true
    },

    get size() {
      return table.size + pending.size
    },
  }
}
