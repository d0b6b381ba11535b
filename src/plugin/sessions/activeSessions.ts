import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { latestExpiry, reachedLimit, type SessionLimits } from '../../core/sessionLimits.js'
import { endsToken, type Token, userSubject } from '../../core/token.js'
import type { SessionDoc } from '../../wire/sessionDoc.js'
import type { Runtime } from '../runtime/runtime.js'
import { endedWithEveryone } from '../storage/endsOfEveryone.js'
import { ofUser, type UserRef, unexpired } from '../storage/sessionQueries.js'
import type { SessionRow, SessionStore } from '../storage/sessionStore.js'

/**
 * Whether a session is active; otherwise when and why it ended. Both are null if it just expired.
 */
export interface SessionState {
  readonly isActive: boolean
  readonly endedAt: string | null
  readonly endReason: SessionDoc['endReason']
}

/** The parts that determine the state of a session. */
type Judged = Pick<Runtime, 'ledger' | 'sessions' | 'settings'>

/** All active sessions of a user, oldest first. */
export async function activeSessions(
  runtime: Judged,
  store: SessionStore,
  user: UserRef,
): Promise<SessionRow[]> {
  const active: SessionRow[] = []
  for await (const page of store.pages({ and: [ofUser(user), unexpired()] })) {
    const states = await statesOf(runtime, user, page)
    active.push(...page.filter((_, index) => states[index]?.isActive))
  }
  return active.sort(byAge)
}

/**
 * Compares the `id` within the same millisecond, so that all processes agree on the oldest session.
 */
const byAge = (one: SessionRow, other: SessionRow) =>
  one.createdAt.localeCompare(other.createdAt) || one.id.localeCompare(other.id)

/**
 * The state of each of a user's sessions, in the order of `rows`. While a session has a valid
 * token, the ledger decides. Its record is written later.
 */
export async function statesOf(
  { ledger, sessions: store, settings: { sessionLimits } }: Judged,
  user: UserRef,
  rows: readonly SessionRow[],
): Promise<SessionState[]> {
  const at = Date.now()
  const isOpen = ({ expiresAt }: SessionRow) => Date.parse(expiresAt) > at
  const sessions = rows.filter(isOpen).map(({ id }) => `sid:${id}` as const)
  const subjects = ['everyone', userSubject(user.collection, user.id), ...sessions] as const
  const known = sessions.length > 0 ? await ledger.find(subjects) : []
  const listed = sessions.length > 0 ? await store?.inPayloadsList(user) : undefined
  const ends = rows.every(isOpen) ? [] : ((await store?.endsOfEveryone()) ?? [])
  return rows.map((row) => {
    if (!isOpen(row)) {
      const by = endedWithEveryone(row, ends)
      return by ? endedState(by.revokedAt, by.reason) : stateOfEnded(row)
    }
    const state = stateOfOpen(latestToken(row), { known, limits: sessionLimits, at })
    // Payload removed the session from its list and did not record when or why.
    const hasLeft = state.isActive && listed?.has(row.id) === false
    return hasLeft ? stateOfEnded(row) : state
  })
}

function stateOfOpen(
  token: Token,
  { known, limits, at }: { known: readonly Revocation[]; limits: SessionLimits; at: number },
): SessionState {
  const by = known.find((each) => endsToken(each, token, at))
  if (by) return endedState(by.revokedAt, by.reason)
  const limit = reachedLimit(token, limits, at)
  if (limit) return endedState(latestExpiry(token, limits) * 1_000, limit)
  return { isActive: true, endedAt: null, endReason: null }
}

/** The latest token of the session, according to its record. Its id does not matter. */
const latestToken = (row: SessionRow): Token => ({
  id: '',
  session: row.id,
  collection: row.userCollection,
  userId: row.userId,
  issuedAt: Date.parse(row.lastRefreshedAt),
  sessionStartedAt: Date.parse(row.createdAt),
  expiresAt: Date.parse(row.expiresAt),
})

const endedState = (timeMs: number, endReason: SessionDoc['endReason']): SessionState => ({
  isActive: false,
  endedAt: isoDate(timeMs),
  endReason,
})

const stateOfEnded = ({ endedAt = null, endReason = null }: SessionRow): SessionState => ({
  isActive: false,
  endedAt,
  endReason,
})
