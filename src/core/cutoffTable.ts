import { createExpiryTable } from './expiryTable.js'
import type { Revocation, Subject } from './revocation.js'
import { createSubjectMap, partsOf } from './subjectMap.js'
import type { Token } from './token.js'

/** The cut-offs of users and of everyone, merged into one entry per subject. */
export interface CutoffTable {
  /** Adds a cut-off. `false` when it changes nothing. */
  add(revocation: Revocation): boolean
  /** Which cut-off ends the token, if one does. It covers tokens issued at or before it. */
  ending(token: Token): 'everyone' | 'user' | undefined
  /** Drops expired entries, at most `limit` of them; `true` when more may be due. */
  sweep(limit: number): boolean
  /** Like `sweep`, for the lookup table of user ids; visits `slots` slots. */
  sweepIds(slots: number): boolean
  /** How many subjects have a cut-off in force, by scope. */
  readonly size: { readonly user: number; readonly everyone: number }
}

const BUCKET_MS = 10_000

export function createCutoffTable({ now }: { now: () => number }): CutoffTable {
  const cutoffs = createSubjectMap<Cutoffs>()
  /**
   * The ids of all users with a cut-off, in any collection. Few users have one, and the compact
   * table answers that four times as fast as the map.
   */
  const userIds = createExpiryTable({ now })
  /**
   * Set when an id contains a colon. The collection may contain one too, and then the id in the
   * table is not the user's id.
   */
  let isAmbiguous = false
  /** Subjects, by the ten seconds in which they expire. */
  const buckets = new Map<number, Subject[]>()

  const schedule = (subject: Subject, expiresAt: number) => {
    const bucket = Math.floor(expiresAt / BUCKET_MS)
    const subjects = buckets.get(bucket)
    if (subjects) subjects.push(subject)
    else buckets.set(bucket, [subject])
  }

  const ends = (known: Cutoffs, token: Token) => {
    const isSpared = known.exceptSession === token.session
    const cutoff = isSpared ? known.withoutException : known.latest
    return token.issuedAt <= cutoff && known.expiresAt > now()
  }

  return {
    add(revocation) {
      const { subject, expiresAt } = revocation
      if (expiresAt <= now()) return false
      const known = cutoffs.get(subject)
      const merged = merge(known, revocation)
      if (merged === known) return false
      cutoffs.set(subject, merged)
      if (known === undefined || known.expiresAt < merged.expiresAt) schedule(subject, expiresAt)
      if (subject !== 'everyone') {
        const { id } = partsOf(subject)
        userIds.add(id, expiresAt)
        isAmbiguous ||= id.includes(':')
      }
      return true
    },

    ending(token) {
      const { everyone } = cutoffs
      if (everyone && ends(everyone, token)) return 'everyone'
      if (!userIds.has(token.userId) && !isAmbiguous) return undefined
      const user = cutoffs.ofUser(token.collection, token.userId)
      return user && ends(user, token) ? 'user' : undefined
    },

    sweep(limit) {
      let left = limit
      for (const [bucket, subjects] of buckets) {
        if ((bucket + 1) * BUCKET_MS > now()) continue
        for (; subjects.length > 0 && left > 0; left -= 1) {
          const subject = subjects.pop() as Subject
          const expiresAt = cutoffs.get(subject)?.expiresAt
          if (expiresAt !== undefined && expiresAt <= now()) cutoffs.delete(subject)
        }
        if (subjects.length > 0) return true
        buckets.delete(bucket)
      }
      return false
    },

    sweepIds: userIds.sweep,

    get size() {
      return { user: cutoffs.users, everyone: cutoffs.everyone ? 1 : 0 }
    },
  }
}

/**
 * The cut-offs of one subject, reduced to what can still matter: the latest cut-off with the
 * session that it spares, and the latest one that does not spare that session.
 */
interface Cutoffs {
  readonly latest: number
  readonly exceptSession: string | undefined
  readonly withoutException: number
  readonly expiresAt: number
}

function merge(known: Cutoffs | undefined, revocation: Revocation): Cutoffs {
  const { cutoff = revocation.revokedAt, exceptSession } = revocation
  if (!known) {
    const withoutException = exceptSession === undefined ? cutoff : Number.NEGATIVE_INFINITY
    return { latest: cutoff, exceptSession, withoutException, expiresAt: revocation.expiresAt }
  }
  const expiresAt = Math.max(known.expiresAt, revocation.expiresAt)
  const isSameException = exceptSession !== undefined && exceptSession === known.exceptSession
  if (cutoff > known.latest) {
    const withoutException = isSameException ? known.withoutException : known.latest
    return { latest: cutoff, exceptSession, withoutException, expiresAt }
  }
  const withoutException = isSameException
    ? known.withoutException
    : Math.max(known.withoutException, cutoff)
  return withoutException === known.withoutException && expiresAt === known.expiresAt
    ? known
    : { ...known, withoutException, expiresAt }
}
