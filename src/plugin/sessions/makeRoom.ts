import { APIError } from 'payload'
import { sessionRevocation } from '../../core/makeRevocation.js'
import type { Token } from '../../core/token.js'
import type { Runtime } from '../runtime/runtime.js'
import { ofUser, type UserRef, unexpired } from '../storage/sessionQueries.js'
import type { SessionStore } from '../storage/sessionStore.js'
import { activeSessions } from './activeSessions.js'

/** A login was refused because its user has the maximum number of sessions. */
class SessionLimitReached extends APIError {
  constructor(maxPerUser: number) {
    const message = 'You are logged in on the maximum number of devices. Log out on one of them.'
    // Payload sends the name of an error only if it has data.
    super(message, 403, { maxPerUser }, true)
    this.name = 'SessionLimitReached'
  }
}

/**
 * Keeps a user within `maxPerUser` after the record of a new session was written. It ends the
 * oldest session, or refuses the new one. It counts after the record was written, so two
 * simultaneous logins cannot both take the last place. With `refuse`, both may be refused.
 *
 * @throws SessionLimitReached
 */
export async function makeRoom(runtime: Runtime, store: SessionStore, token: Token): Promise<void> {
  const { denylist, settings } = runtime
  const { maxSessionsPerUser, whenFull } = settings
  const active = await activeSessions(runtime, store, {
    collection: token.collection,
    id: token.userId,
  })
  const excess = active.length - maxSessionsPerUser
  if (excess <= 0) return
  const circumstances = {
    reason: 'session-limit',
    now: Date.now(),
    maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
  } as const
  if (whenFull === 'end-oldest') {
    const oldest = active.slice(0, excess)
    await denylist.revoke(
      oldest.map(({ id, expiresAt }) =>
        sessionRevocation(id, { ...circumstances, expiresAt: Date.parse(expiresAt) }),
      ),
    )
    return
  }
  await denylist.revoke([
    sessionRevocation(token.session, { ...circumstances, expiresAt: token.expiresAt }),
  ])
  throw new SessionLimitReached(maxSessionsPerUser)
}

/** When the latest of a user's unexpired sessions began, in milliseconds; 0 if there is none. */
export async function newestLogin(store: SessionStore, user: UserRef): Promise<number> {
  const where = { and: [ofUser(user), unexpired()] }
  const [newest] = await store.find(where, { limit: 1, sort: '-createdAt' })
  return newest ? Date.parse(newest.createdAt) : 0
}
