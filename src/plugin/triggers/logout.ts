import type { CollectionAfterLogoutHook, Payload, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { subjectsOf } from '../../core/token.js'
import type { Settings } from '../config/settings.js'
import type { MutationWrapper } from '../config/wrapMutations.js'
import { onceCommitted } from '../database/onceCommitted.js'
import {
  isAllSessions,
  isReauthenticated,
  markAllSessions,
  markReauthenticated,
} from '../request/allSessions.js'
import { askedBy } from '../request/askedBy.js'
import {
  REAUTHENTICATION_REQUIRED,
  reauthenticationError,
  reauthenticationFailure,
} from '../request/reauthentication.js'
import type { RequestUser } from '../request/requestUser.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { endOfSession } from './endOfSession.js'
import { revokeUser } from './revokeUser.js'

/**
 * Revokes the token and its session; with `allSessions`, all of the user's sessions. If the ledger
 * cannot be written, the logout fails, so that nobody believes to be logged out who is not. Inside
 * a transaction this waits for the commit, because a database adapter may hide a failed commit. A
 * user without one of our tokens (with an API key, or a session of another plugin) has nothing to
 * revoke.
 */
export const afterLogout =
  (settings: Settings): CollectionAfterLogoutHook =>
  async ({ req }) => {
    if (!req.user) return
    // An endpoint of the application may pass on an address that asks for all sessions.
    if (settings.isReauthenticating && isAllSessions(req) && !isReauthenticated(req))
      throw reauthenticationError(REAUTHENTICATION_REQUIRED)
    const revoke = logoutOf(runtimeOf(req.payload), req, req.user)
    await onceCommitted(req, async () => {
      await revoke()
      if (settings.isSiteDataCleared) clearSiteData(req)
    })
  }

const logoutOf = (runtime: Runtime, req: PayloadRequest, user: RequestUser) => {
  const { denylist } = runtime
  const { maxTokenLifetimeMs } = denylist
  const { collection, id } = user
  const asked = askedBy(req, runtime)
  const token = tokenOfRequest(req)
  const isAll = isAllSessions(req)
  if (!(token || isAll)) tellThatNothingEnds(req.payload, user)
  return async () => {
    const now = Date.now()
    const circumstances = { reason: 'logout', now, maxTokenLifetimeMs, ...asked } as const
    if (isAll) await revokeUser(runtime, { collection, id, reason: 'logout', ...asked })
    if (!token) return
    const partOf = isAll ? subjectsOf(token).user : undefined
    await denylist.revoke(endOfSession(token, { ...circumstances, partOf }))
  }
}

const told = memo<Payload, Set<string>>('strategiesWithoutToken')

/** Warns once per strategy, because the application always works that way. */
function tellThatNothingEnds(payload: Payload, { _strategy: strategy = 'unknown' }: RequestUser) {
  const known = told.get(payload) ?? new Set()
  told.set(payload, known)
  if (known.has(strategy)) return
  known.add(strategy)
  payload.logger.warn(
    { strategy },
    'Revocations: a logout ended nothing, because the request had no token of this application',
  )
}

/** OWASP ASVS 5.0, 14.3.1. The header is kept until the answer is made, over REST and GraphQL. */
function clearSiteData(req: PayloadRequest) {
  req.responseHeaders ??= new Headers()
  req.responseHeaders.set('Clear-Site-Data', '"cache", "cookies", "storage"')
}

/**
 * GraphQL's `logout…(allSessions)` does not reach a hook, so its resolvers set a mark. With
 * `reauthentication` they ask for the password. Without the right password the logout ends nothing.
 */
export const askGraphQLLogout =
  ({ isReauthenticating }: Settings): MutationWrapper =>
  (resolve) =>
  async (parent, args, context, ...rest) => {
    const { req } = context
    const isAll = args.allSessions === true
    markAllSessions(req, isAll)
    if (isAll && isReauthenticating && req.user) {
      const password = typeof args.password === 'string' ? args.password : undefined
      const failure = await reauthenticationFailure(req.payload, req.user, password)
      if (failure) throw reauthenticationError(failure)
      markReauthenticated(req)
    }
    return resolve(parent, args, context, ...rest)
  }
