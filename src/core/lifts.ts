import type { Revocation, Subject } from './revocation.js'

/**
 * What was taken back. The compact tables know names, not which revocation put them there; so a
 * subject with a lift is from then on judged by its single revocations, which are few.
 */
export interface Lifts {
  /** Takes in that a revocation was taken back. `false` when that was known, or is over. */
  add(lift: Revocation): boolean
  /**
   * To be told of every other revocation: `undefined` when no lift names its subject, else whether
   * it is in force and was not known.
   */
  admits(revocation: Revocation): boolean | undefined
  /** The lift of this revocation, if one was added. */
  liftOf(revocation: Revocation): Revocation | undefined
  /**
   * Here is all that is in force for the subject, as whoever knows told after its last lift was
   * added: from now on its lifts count. What is in force by that word is so whatever was added as
   * a lift: a feed can be written by others.
   */
  settle(subject: Subject, inForce: readonly Revocation[]): void
  /** Whether nothing is in force for a subject that the compact tables still know. */
  spares(subject: Subject): boolean
  /** Drops what is over. */
  sweep(): void
  /** Nearly always. */
  readonly isEmpty: boolean
}

interface Entry {
  /** By the id of what they take back. */
  readonly lifts: Map<string, Revocation>
  /** What came since, by id. */
  readonly delivered: Map<string, Revocation>
  /** What was found when it was last asked; a feed's answer has other ids than the ledger's. */
  found: readonly Revocation[]
  expiresAt: number
  /**
   * Whether it was asked since the last lift. Until then a revocation that only the compact tables
   * know may be in force: it counts.
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
      // Cut-offs are not lifted, whoever says so.
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
