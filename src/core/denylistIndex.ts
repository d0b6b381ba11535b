import { createCutoffTable } from './cutoffTable.js'
import { createDeferredTable } from './deferredTable.js'
import { createLifts } from './lifts.js'
import type { Revocation, Scope, Subject } from './revocation.js'
import { subjectsOf, type Token } from './token.js'

/** What the index remembers about the revocation that ends a token. */
export interface Match {
  readonly scope: Scope
  readonly subject: Subject
}

/**
 * The denylist in the memory of one process. Adding is idempotent and the order does not matter. A
 * look-up does no I/O. An entry leaves only when the last token it could name has expired.
 */
export interface DenylistIndex {
  /** Adds a revocation. `false` when it was known or has expired. */
  add(revocation: Revocation): boolean
  /**
   * Tells the index everything that is in force for a subject with a lift. Until then the index
   * goes on refusing, because another revocation may be in force.
   */
  settle(subject: Subject, inForce: readonly Revocation[]): void
  /** The lift that takes this revocation back, if it was added. */
  liftOf(revocation: Revocation): Revocation | undefined
  /** The widest revocation that ends this token, if any does. */
  find(token: Token): Match | undefined
  /** Drops expired entries, for well under 5 ms; `true` when the round is not over. */
  sweep(): boolean
  /** Entries in force by scope. Expired entries count until they are swept. */
  readonly size: Readonly<Record<Scope, number>>
}

/** Slots that one step of a sweep visits. */
const SLOTS_PER_SWEEP = 5_000
const CUTOFFS_PER_SWEEP = 1_000

export interface DenylistIndexOptions {
  /** The clock, in milliseconds since the epoch. */
  now: () => number
  /** Called with every revocation that was added. */
  onAdded?: ((revocation: Revocation) => void) | undefined
  /**
   * Called with every lift, known or not. The callee must find out what is still in force and call
   * `settle`.
   */
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
      // This runs with every request, so it only makes what the look-up needs.
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
