import { type Revocation, type Scope, type Subject, scopeOf } from './revocation.js'
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
  /** The widest revocation that ends this token, if any does. */
  find(token: Token): Match | undefined
  /** Drops what has expired, at most `limit` entries; `true` when more may be due. */
  sweep(limit?: number): boolean
  /** Live entries by scope (what has expired but was not yet swept counts too). */
  readonly size: Readonly<Record<Scope, number>>
}

const BUCKET_MS = 10_000

/** @param now the clock, in milliseconds since the epoch */
export function createDenylistIndex({ now }: { now: () => number }): DenylistIndex {
  const whole = new Map<Subject, number>()
  const cutoffs = new Map<Subject, Cutoffs>()
  const buckets = new Map<number, Subject[]>()
  const size: Record<Scope, number> = { token: 0, session: 0, user: 0, everyone: 0 }
  let oldestBucket = Number.POSITIVE_INFINITY

  const schedule = (subject: Subject, expiresAt: number) => {
    const bucket = Math.floor(expiresAt / BUCKET_MS)
    const subjects = buckets.get(bucket)
    if (subjects) subjects.push(subject)
    else buckets.set(bucket, [subject])
    oldestBucket = Math.min(oldestBucket, bucket)
  }

  const expiryOf = (subject: Subject) => whole.get(subject) ?? cutoffs.get(subject)?.expiresAt

  const drop = (subject: Subject) => {
    whole.delete(subject)
    cutoffs.delete(subject)
    size[scopeOf(subject)] -= 1
  }

  const isWhole = (subject: Subject) => {
    const expiresAt = whole.get(subject)
    return expiresAt !== undefined && expiresAt > now()
  }

  const isCutOff = (subject: Subject, token: Token) => {
    const known = cutoffs.get(subject)
    return (
      known !== undefined && known.expiresAt > now() && cutoffFor(known, token) >= token.issuedAt
    )
  }

  return {
    add(revocation) {
      const { subject, expiresAt } = revocation
      if (expiresAt <= now()) return false
      const before = expiryOf(subject)
      if (revocation.scope === 'token' || revocation.scope === 'session') {
        if (before !== undefined && before >= expiresAt) return false
        whole.set(subject, expiresAt)
      } else {
        const known = cutoffs.get(subject)
        const merged = mergeCutoff(known, revocation)
        if (merged === known) return false
        cutoffs.set(subject, merged)
      }
      if (before === undefined) size[revocation.scope] += 1
      if (before === undefined || before < expiresAt) schedule(subject, expiresAt)
      return true
    },

    find(token) {
      const subjects = subjectsOf(token)
      if (isCutOff('everyone', token)) return { scope: 'everyone', subject: 'everyone' }
      if (isCutOff(subjects.user, token)) return { scope: 'user', subject: subjects.user }
      if (isWhole(subjects.session)) return { scope: 'session', subject: subjects.session }
      if (isWhole(subjects.token)) return { scope: 'token', subject: subjects.token }
      return undefined
    },

    sweep(limit = 1_000) {
      const lastDue = Math.floor(now() / BUCKET_MS) - 1
      let left = limit
      while (oldestBucket <= lastDue) {
        const subjects = buckets.get(oldestBucket) ?? []
        for (; subjects.length > 0 && left > 0; left -= 1) {
          const subject = subjects.pop() as Subject
          if ((expiryOf(subject) ?? Number.POSITIVE_INFINITY) <= now()) drop(subject)
        }
        if (subjects.length > 0) return true
        buckets.delete(oldestBucket)
        oldestBucket = nextBucket(buckets)
      }
      return false
    },

    size,
  }
}

/**
 * The cut-offs of one user (or of everyone), reduced to what can still matter: the latest one
 * with the session it spares, and the latest among those that do not spare that session.
 */
interface Cutoffs {
  readonly latest: number
  readonly exceptSession: string | undefined
  readonly withoutException: number
  readonly expiresAt: number
}

function mergeCutoff(known: Cutoffs | undefined, revocation: Revocation): Cutoffs {
  const cutoff = revocation.cutoff ?? revocation.revokedAt
  const { exceptSession } = revocation
  if (!known) {
    const withoutException = exceptSession === undefined ? cutoff : Number.NEGATIVE_INFINITY
    return { latest: cutoff, exceptSession, withoutException, expiresAt: revocation.expiresAt }
  }
  const expiresAt = Math.max(known.expiresAt, revocation.expiresAt)
  const sameException = exceptSession !== undefined && exceptSession === known.exceptSession
  if (cutoff > known.latest) {
    const withoutException = sameException ? known.withoutException : known.latest
    return { latest: cutoff, exceptSession, withoutException, expiresAt }
  }
  const withoutException = sameException
    ? known.withoutException
    : Math.max(known.withoutException, cutoff)
  return withoutException === known.withoutException && expiresAt === known.expiresAt
    ? known
    : { ...known, withoutException, expiresAt }
}

const cutoffFor = (known: Cutoffs, token: Token) =>
  known.exceptSession === token.session ? known.withoutException : known.latest

function nextBucket(buckets: Map<number, unknown>): number {
  let oldest = Number.POSITIVE_INFINITY
  for (const bucket of buckets.keys()) if (bucket < oldest) oldest = bucket
  return oldest
}
