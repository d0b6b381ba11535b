import type { Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import type { Target } from '../../core/target.js'
import type { SessionDoc } from '../../wire/sessionDoc.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { latestCutoffOf } from '../storage/endsOfEveryone.js'
import { ofUser, type UserRef, unexpired } from '../storage/sessionQueries.js'
import type { SessionRow, SessionStore } from '../storage/sessionStore.js'
import { activeSessions, type SessionState, statesOf } from './activeSessions.js'

export interface SessionListOptions {
  /**
   * Include ended and expired sessions, as long as their records are kept.
   *
   * @default false
   */
  all?: boolean
  /**
   * The session (`sid`) of the caller. It is marked with `isCurrent`.
   *
   * @default none
   */
  current?: string | undefined
}

const MAX_LISTED = 500
const MAX_NAME_LENGTH = 100

/**
 * A user's sessions, latest login first, at most 500. The committed state of the ledger decides
 * which are active, so no list shows a session as active whose token is refused.
 *
 * @throws RevocationError `sessions-not-kept`, `not-started`
 */
export async function listSessions(
  payload: Payload,
  user: UserRef,
  { all = false, current }: SessionListOptions = {},
): Promise<SessionDoc[]> {
  const { runtime, store } = sessionsOf(payload)
  const where = all ? ofUser(user) : { and: [ofUser(user), unexpired()] }
  const rows = await store.find(where, { sort: '-createdAt', limit: MAX_LISTED })
  const states = await statesOf(runtime, user, rows)
  return rows
    .map((row, index) => docOf(row, states[index], current))
    .filter((_, index) => all || states[index]?.isActive)
}

/**
 * Sets the name that the user gave to a session. An empty name removes it; a name longer than 100
 * characters is cut.
 *
 * @throws RevocationError `session-not-found` when the user has no such session,
 * `sessions-not-kept`, `not-started`
 */
export async function renameSession(
  payload: Payload,
  user: UserRef,
  { session, name, current }: { session: string; name: string; current?: string | undefined },
): Promise<SessionDoc> {
  const { runtime, store } = sessionsOf(payload)
  const change = { name: cleaned(name) || null }
  const row = await store.update({ id: session, user }, change)
  if (!row) throw new RevocationError('session-not-found')
  const [state] = await statesOf(runtime, user, [row])
  return docOf(row, state, current)
}

/**
 * How many active sessions a revocation would end. It is exact for a session and a user. For
 * everyone it counts the sessions since the last cut-off of everyone that are not marked as ended,
 * which may be a few more.
 *
 * @returns `null` when no records are kept, and for a token: the session of a refreshed token goes
 * on
 */
export async function countActive(payload: Payload, target: Target): Promise<number | null> {
  const runtime = runtimeOf(payload)
  const store = runtime.sessions
  if (!store || 'token' in target || 'jti' in target) return null
  if ('everyone' in target) {
    const since = isoDate(latestCutoffOf(await runtime.ledger.find(['everyone'])))
    const isAfter = { lastRefreshedAt: { greater_than: since } }
    return store.count({ and: [unexpired(), { endedAt: { exists: false } }, isAfter] })
  }
  if ('user' in target) {
    const active = await activeSessions(runtime, store, target.user)
    return active.filter(({ id }) => id !== target.user.exceptSession).length
  }
  const [row] = await store.find({ id: { equals: target.session } }, { limit: 1 })
  if (!row) return 0
  const user = { collection: row.userCollection, id: row.userId }
  const [state] = await statesOf(runtime, user, [row])
  return state?.isActive ? 1 : 0
}

function sessionsOf(payload: Payload): { runtime: Runtime; store: SessionStore } {
  const runtime = runtimeOf(payload)
  if (!runtime.sessions) throw new RevocationError('sessions-not-kept')
  return { runtime, store: runtime.sessions }
}

const docOf = (
  row: SessionRow,
  state: SessionState | undefined,
  current: string | undefined,
): SessionDoc => ({
  id: row.id,
  userCollection: row.userCollection,
  userId: row.userId,
  name: row.name ?? null,
  device: row.device ?? null,
  userAgent: row.userAgent ?? null,
  ip: row.ip ?? null,
  createdAt: row.createdAt,
  lastRefreshedAt: row.lastRefreshedAt,
  lastActiveAt: lastUse(row),
  expiresAt: row.expiresAt,
  endedAt: state?.endedAt ?? null,
  endReason: state?.endReason ?? null,
  isCurrent: row.id === current,
})

const lastUse = ({ lastActiveAt, lastRefreshedAt }: SessionRow) =>
  lastActiveAt && lastActiveAt > lastRefreshedAt ? lastActiveAt : lastRefreshedAt

/** Removes control characters and halves of surrogate pairs, which a database would not store. */
const cleaned = (name: string) =>
  name
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')
    .trim()
