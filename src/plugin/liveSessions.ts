import type { Revocation } from '../core/revocation.js'
import { latestExpiry, reachedLimit, type SessionLimits } from '../core/sessionLimits.js'
import { userSubject } from '../core/token.js'
import type { Runtime } from './runtime.js'
import {
  ofUser,
  type SessionRow,
  type SessionStore,
  type UserRef,
  unexpired,
} from './sessionStore.js'

/** Whether a session lives, and if not, when and why it was ended; nulls when it just expired. */
export interface SessionState {
  readonly isLive: boolean
  readonly endedAt: string | null
  readonly endReason: string | null
}

/** All the sessions of a user that live, oldest first. */
export async function liveSessions(
  runtime: Pick<Runtime, 'ledger' | 'settings'>,
  store: SessionStore,
  user: UserRef,
): Promise<SessionRow[]> {
  const live: SessionRow[] = []
  for await (const page of store.pages({ and: [ofUser(user), unexpired()] })) {
    const states = await statesOf(runtime, user, page)
    live.push(...page.filter((_, index) => states[index]?.isLive))
  }
  return live.sort(byAge)
}

/** By `id` within a millisecond, so that every process sees the same one as the oldest. */
const byAge = (one: SessionRow, other: SessionRow) =>
  one.createdAt.localeCompare(other.createdAt) || one.id.localeCompare(other.id)

/**
 * The state of each of a user's sessions, in the order of `rows`. While a session's token could
 * still be shown the ledger decides, not the record, which is noted later.
 */
export async function statesOf(
  { ledger, settings: { sessionLimits } }: Pick<Runtime, 'ledger' | 'settings'>,
  user: UserRef,
  rows: readonly SessionRow[],
): Promise<SessionState[]> {
  const now = Date.now()
  const open = rows.filter(({ expiresAt }) => Date.parse(expiresAt) > now)
  const sessions = open.map(({ id }) => `sid:${id}` as const)
  const found =
    open.length > 0
      ? await ledger.find(['everyone', userSubject(user.collection, user.id), ...sessions])
      : []
  return rows.map((row) =>
    open.includes(row) ? stateOfOpen(row, found, sessionLimits, now) : stateOfExpired(row),
  )
}

function stateOfOpen(
  row: SessionRow,
  found: readonly Revocation[],
  limits: SessionLimits,
  now: number,
): SessionState {
  const by = found.find((each) => isAgainst(each, row))
  if (by) return endedState(by.revokedAt, by.reason)
  const times = {
    issuedAt: Date.parse(row.lastRefreshedAt),
    sessionStartedAt: Date.parse(row.createdAt),
  }
  const limit = reachedLimit(times, limits, now)
  if (limit) return endedState(latestExpiry(times, limits) * 1_000, limit)
  return { isLive: true, endedAt: null, endReason: null }
}

const endedState = (timeMs: number, endReason: string): SessionState => ({
  isLive: false,
  endedAt: new Date(timeMs).toISOString(),
  endReason,
})

const stateOfExpired = ({ endedAt = null, endReason = null }: SessionRow): SessionState => ({
  isLive: false,
  endedAt,
  endReason,
})

const isAgainst = (revocation: Revocation, { id, lastRefreshedAt }: SessionRow) => {
  const { scope, subject, cutoff, exceptSession } = revocation
  if (scope === 'session') return subject === `sid:${id}`
  return cutoff !== undefined && Date.parse(lastRefreshedAt) <= cutoff && id !== exceptSession
}
