import type { Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../../core/revocation.js'
import { userOf } from '../../core/token.js'

/** Names a user. */
export interface UserRef {
  readonly collection: string
  readonly id: number | string
  /** When the user's document was created, for {@link ofUser}. */
  readonly createdAt?: unknown
}

/**
 * The records of a user. A database may reuse the id of a deleted user. So records from before the
 * user's document was created, if that time is known, belong to somebody else.
 */
export function ofUser({ collection, id, createdAt }: UserRef): Where {
  const and: Where[] = [
    { userCollection: { equals: collection } },
    { userId: { equals: String(id) } },
  ]
  const since = Date.parse(String(createdAt ?? ''))
  if (Number.isFinite(since)) {
    and.push({ createdAt: { greater_than_equal: isoDate(since - CLOCK_TOLERANCE_MS) } })
  }
  return { and }
}

/** The records of sessions whose latest token has not expired. */
export const unexpired = (): Where => ({ expiresAt: { greater_than: isoDate(Date.now()) } })

/**
 * The records that this revocation ends, or takes back, and that are not marked as ended.
 * `undefined` if the records do not show it: for a token, whose session may go on, and for everyone.
 */
export function endedBy(revocation: Revocation): Where | undefined {
  const { scope, subject, cutoff, exceptSession, lifts } = revocation
  if (scope === 'token' || scope === 'everyone') return undefined
  if (lifts !== undefined) return { id: { equals: subject.slice('sid:'.length) } }
  const open: Where[] = [{ endedAt: { exists: false } }, unexpired()]
  if (scope === 'session') open.push({ id: { equals: subject.slice('sid:'.length) } })
  if (scope === 'user') {
    const user = userOf(subject)
    if (!user) return undefined
    open.push(ofUser(user))
  }
  if (cutoff !== undefined) open.push({ lastRefreshedAt: { less_than_equal: isoDate(cutoff) } })
  if (exceptSession !== undefined) open.push({ id: { not_equals: exceptSession } })
  return { and: open }
}
