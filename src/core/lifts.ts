import type { Revocation, Subject } from './revocation.js'

/**
 * The revocations that were taken back. The compact tables know only names, not which revocation
 * added them. So once a subject has a lift, it is judged by its single revocations, which are few.
 */
export interface Lifts {
  /** Adds a lift. `false` when it was known or has expired. */
  add(lift: Revocation): boolean
  /**
   * Call it with every other revocation. `undefined` when no lift names its subject; otherwise
   * whether the revocation is new and not lifted.
   */
  admits(revocation: Revocation): boolean | undefined
  /** The lift of this revocation, if one was added. */
  liftOf(revocation: Revocation): Revocation | undefined
  /**
   * Sets everything that is in force for the subject, as the source answered after the last lift
   * was added. From now on the lifts of this subject count. The answer outweighs any lift, because
   * strangers may be able to write to a feed.
   */
  settle(subject: Subject, inForce: readonly Revocation[]): void
  /** Whether nothing is in force for a subject that the compact tables still contain. */
  spares(subject: Subject): boolean
  /** Drops expired entries. */
  sweep(): void
  /** True nearly always. */
  readonly isEmpty: boolean
}

interface Entry {
  /** By the id of the revocation that each takes back. */
  readonly lifts: Map<string, Revocation>
  /** The revocations that arrived since, by id. */
  readonly delivered: Map<string, Revocation>
  /** The last answer of the source. A feed's answer has other ids than the ledger's. */
  found: readonly Revocation[]
  expiresAt: number
  /**
   * Whether the source answered since the last lift. Until then a revocation that only the compact
   * tables contain may still be in force, so it counts.
   */
  isSettled: boolean
}

/** @param now the clock, in milliseconds since the epoch */
export function createLifts({ now }: { now: () => number }): Lifts {
  const entries = new Map<Subject, Entry>()

  const entryOf = (subject: Subject): Entry => {
    const known = entries.get(subject)
    if (known) return known
    const entry: Entry = {
      ...{ lifts: new Map(), delivered: new Map(), found: [] },
      ...{ expiresAt: 0, isSettled: false },
    }
    entries.set(subject, entry)
    return entry
  }

  return {
    add(lift) {
      const { expiresAt, lifts, scope, subject } = lift
      // A cut-off cannot be lifted, even if a feed says so.
      const isLiftable = scope === 'token' || scope === 'session'
      if (lifts === undefined || !isLiftable || expiresAt <= now()) return false
      const entry = entryOf(subject)
      if (entry.lifts.has(lifts)) return false
      entry.lifts.set(lifts, lift)
      entry.delivered.delete(lifts)
      entry.expiresAt = Math.max(entry.expiresAt, expiresAt)
      entry.isSettled = false
      return true
    },

    admits(revocation) {
      const entry = entries.get(revocation.subject)
      if (!entry) return undefined
      const { id } = revocation
      if (entry.lifts.has(id) || entry.delivered.has(id)) return false
      entry.delivered.set(id, revocation)
      return true
    },

    liftOf({ id, subject }) {
      // Nearly always, and a map that is empty would hash the subject all the same.
      return entries.size === 0 ? undefined : entries.get(subject)?.lifts.get(id)
    },

    settle(subject, inForce) {
      const entry = entries.get(subject)
      if (!entry) return
      entry.found = inForce
      entry.isSettled = true
    },

    spares(subject) {
      const entry = entries.get(subject)
      const at = now()
      if (!entry?.isSettled || entry.expiresAt <= at) return false
      const isInForce = ({ effectiveAt = 0, expiresAt }: Revocation) =>
        effectiveAt <= at && at < expiresAt
      return ![...entry.delivered.values(), ...entry.found].some(isInForce)
    },

    sweep() {
      for (const [subject, { expiresAt }] of entries) {
        if (expiresAt <= now()) entries.delete(subject)
      }
    },

    get isEmpty() {
      return entries.size === 0
    },
  }
}
