import { createCutoffTable } from './cutoffTable.js'
import { createDeferredTable } from './deferredTable.js'
import { createLifts } from './lifts.js'
import type { Revocation, Scope, Subject } from './revocation.js'
import { subjectsOf, type Token } from './token.js'

/** What the index remembers of the revocation that ends a token. */
export interface Match {
  readonly scope: Scope
  readonly subject: Subject
}

/**
 * The denylist in a process's own memory: adding is idempotent and order does not matter, a
 * look-up does no I/O, and an entry leaves only when the last token it could name has expired.
 */
export interface DenylistIndex {
  /** Takes a revocation in. `false` when it was known or has expired already. */
  add(revocation: Revocation): boolean
  /**
   * Here is all that is in force for a subject of which a revocation was taken back. Until then it
   * goes on being refused: another revocation may be in force for it.
   */
  settle(subject: Subject, inForce: readonly Revocation[]): void
  /** The lift that takes this revocation back, if it was added. */
  liftOf(revocation: Revocation): Revocation | undefined
  /** The widest revocation that ends this token, if any does. */
  find(token: Token): Match | undefined
  /** Goes on dropping what has expired, for well under 5 ms; `true` when the round is not over. */
  sweep(): boolean
  /** Entries in force by scope (what has expired but was not yet swept counts too). */
  readonly size: Readonly<Record<Scope, number>>
}

/** Places of the tables that one step of a sweep looks at. */
const SLOTS_PER_SWEEP = 5_000
const CUTOFFS_PER_SWEEP = 1_000

export interface DenylistIndexOptions {
  /** The clock, in milliseconds since the epoch. */
  now: () => number
  /** Told of every revocation that was taken in, when it is. */
  onAdded?: ((revocation: Revocation) => void) | undefined
  /** Told of every lift, known or not: somebody has to ask, and to `settle` its subject. */
  onLift?: ((lift: Revocation, isNew: boolean) => void) | undefined
}

export function createDenylistIndex(options: DenylistIndexOptions): DenylistIndex {
  const { now, onAdded, onLift } = options
  const clock = { now }
  const tokens = createDeferredTable(clock)
  const sessions = createDeferredTable(clock)
  const cutoffs = createCutoffTable(clock)
  const lifts = createLifts(clock)
  const tables = [
    () => tokens.sweep(SLOTS_PER_SWEEP),
    () => sessions.sweep(SLOTS_PER_SWEEP),
    () => tokens.sweepPending(SLOTS_PER_SWEEP),
    () => sessions.sweepPending(SLOTS_PER_SWEEP),
    () => cutoffs.sweep(CUTOFFS_PER_SWEEP),
    () => cutoffs.sweepIds(SLOTS_PER_SWEEP),
    () => lifts.sweep(),
  ]
  let sweeping = 0

  const add = (revocation: Revocation) => {
    const { scope, subject, expiresAt, effectiveAt } = revocation
    const isAdmitted = lifts.isEmpty ? undefined : lifts.admits(revocation)
    if (isAdmitted === false) return false
    if (scope === 'user' || scope === 'everyone') return cutoffs.add(revocation)
    const table = scope === 'token' ? tokens : sessions
    const isNew = table.add(nameOf(subject), expiresAt, effectiveAt)
    return isAdmitted ?? isNew
  }

  const isSpared = (subject: Subject) => !lifts.isEmpty && lifts.spares(subject)

  return {
    add(revocation) {
      const isLift = revocation.lifts !== undefined
      const isNew = isLift ? lifts.add(revocation) : add(revocation)
      if (isLift) onLift?.(revocation, isNew)
      else if (isNew) onAdded?.(revocation)
      return isNew
    },

    settle: lifts.settle,

    liftOf: lifts.liftOf,

    find(token) {
      // With every request: what a look-up does not need is not made.
      const scope = cutoffs.ending(token)
      if (scope) return { scope, subject: subjectsOf(token)[scope] }
      const { session, id } = token
      if (sessions.has(session) && !isSpared(subjectsOf(token).session)) {
        return { scope: 'session', subject: subjectsOf(token).session }
      }
      if (tokens.has(id) && !isSpared(subjectsOf(token).token)) {
        return { scope: 'token', subject: subjectsOf(token).token }
      }
      return undefined
    },

    sweep() {
      const isUnderWay = tables[sweeping]?.() ?? false
      if (!isUnderWay) sweeping = (sweeping + 1) % tables.length
      return isUnderWay || sweeping !== 0
    },

    get size() {
      return { token: tokens.size, session: sessions.size, ...cutoffs.size }
    },
  }
}

/** A subject without its `jti:` or `sid:`. */
const nameOf = (subject: Subject) => subject.slice(4)
