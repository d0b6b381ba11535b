import type { PayloadRequest } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Token } from '../../core/token.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { clientAddress } from '../request/clientAddress.js'
import { deviceFrom } from '../request/device.js'
import type { Runtime } from '../runtime/runtime.js'
import type { SessionRow, SessionStore } from '../storage/sessionStore.js'
import { insertWithLock } from './accountLock.js'
import { makeRoom, newestLogin } from './makeRoom.js'

interface Login {
  /** The token that is about to be issued. */
  token: Token
  req: PayloadRequest
}

/**
 * Writes the record of a new session, and applies the limit of sessions per user. Inside a
 * transaction this waits for the commit: other logins must see the record before anyone counts, and
 * it must not wait for a second connection.
 *
 * @throws SessionLimitReached; and database errors, if a limit depends on the record
 */
export async function recordSession(runtime: Runtime, login: Login): Promise<void> {
  const { sessions } = runtime
  const { token, req } = login
  if (!sessions) return
  const row = sessionRow(runtime, token, { isRefresh: false, headers: req.headers })
  await onceCommitted(req, () => record(runtime, sessions, { ...login, row }))
}

async function record(
  runtime: Runtime,
  store: SessionStore,
  { token, req, row }: Login & { row: SessionRow },
) {
  const isLimited = Number.isFinite(runtime.settings.maxSessionsPerUser)
  try {
    if (isLimited) await store.insert(await youngest(store, row))
    else if (!(await insertWithLock(store, { token, row, req }))) await store.insert(row)
  } catch (err) {
    if (isLimited) throw err
    req.payload.logger.error({ err }, 'Revocations: the record of a session was not written')
    return
  }
  if (!isLimited) return
  try {
    await makeRoom(runtime, store, token)
  } catch (err) {
    // Nobody receives the token, so it must not take a place.
    await store.remove(row.id).catch(() => {})
    throw err
  }
}

/** Makes the record newer than the user's other logins, whatever the clocks of their processes. */
async function youngest(store: SessionStore, row: SessionRow): Promise<SessionRow> {
  const newest = await newestLogin(store, { collection: row.userCollection, id: row.userId })
  const createdAt = new Date(Math.max(Date.parse(row.createdAt), newest + 1)).toISOString()
  return { ...row, createdAt }
}

/** The record of a session, made from one of its tokens and the request with that token. */
export function sessionRow(
  { settings: { sessions, trustProxy } }: Pick<Runtime, 'settings'>,
  token: Token,
  { isRefresh, headers }: { isRefresh: boolean; headers: Headers },
): SessionRow {
  const device = deviceFrom(headers)
  const ip = clientAddress(headers, trustProxy)
  const issuedAt = isoDate(token.issuedAt)
  return {
    id: token.session,
    userCollection: token.collection,
    userId: token.userId,
    ...(device && { userAgent: device.userAgent }),
    ...(device?.label && { device: device.label }),
    ...(ip && { ip }),
    createdAt: isRefresh ? isoDate(token.sessionStartedAt) : issuedAt,
    lastRefreshedAt: issuedAt,
    ...(sessions?.lastActiveMs !== undefined && { lastActiveAt: issuedAt }),
    expiresAt: isoDate(token.expiresAt),
  }
}
