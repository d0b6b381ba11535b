import type { CollectionAfterLogoutHook, Config, Payload, PayloadRequest, TypedUser } from 'payload'
import { sessionRevocation, tokenRevocation } from '../core/revoke.js'
import { afterCommit } from './afterCommit.js'
import { revokeUser } from './revokeUser.js'
import type { Runtime } from './runtime.js'
import type { Settings } from './settings.js'
import { tokenOfRequest } from './tokenOfRequest.js'

const ALL_SESSIONS = 'jwtRevocation.allSessions'

/**
 * Ends the token and its session; with `allSessions`, all of the user's. When the ledger cannot
 * be written the logout fails: nobody is told to be logged out who is not. Inside a transaction
 * this waits for the commit: a database adapter may keep a failed commit to itself.
 */
export const afterLogout =
  (runtimeOf: (payload: Payload) => Runtime, settings: Settings): CollectionAfterLogoutHook =>
  async ({ req }) => {
    if (!req.user) return
    const revoke = logoutOf(runtimeOf(req.payload), req, req.user)
    const logout = async () => {
      await revoke()
      if (settings.isSiteDataCleared) clearSiteData(req)
    }
    const transaction = await req.transactionID
    if (transaction) afterCommit(req.payload, transaction, logout)
    else await logout()
  }

const logoutOf = (runtime: Runtime, req: PayloadRequest, user: TypedUser) => {
  const { denylist } = runtime
  const { maxTokenLifetimeMs } = denylist
  const { collection, id } = user
  const actor = `${collection}:${id}`
  const token = tokenOfRequest(req, runtime)
  const isAll = isAllSessions(req)
  return async () => {
    const circumstances = { reason: 'logout', actor, now: Date.now(), maxTokenLifetimeMs } as const
    if (isAll) await revokeUser(runtime, { collection, id, reason: 'logout', actor })
    if (!token) return
    await denylist.revoke([
      sessionRevocation(token.session, circumstances),
      tokenRevocation(token, circumstances),
    ])
  }
}

const isAllSessions = ({ context, searchParams }: PayloadRequest) =>
  context[ALL_SESSIONS] === true || searchParams?.get('allSessions') === 'true'

/** OWASP ASVS 5.0, 14.3.1. Kept until the answer is made, over REST and GraphQL. */
function clearSiteData(req: PayloadRequest) {
  req.responseHeaders ??= new Headers()
  req.responseHeaders.set('Clear-Site-Data', '"cache", "cookies", "storage"')
}

type Mutations = NonNullable<NonNullable<Config['graphQL']>['mutations']>

/** GraphQL's `logout…(allSessions)` reaches no hook, so its resolvers leave a note on the way. */
export const noteAllSessions =
  (inner: Mutations | undefined): Mutations =>
  (graphQL, schema) => {
    const fields: Record<string, LogoutField> = schema.Mutation.fields
    const logouts = Object.entries(fields)
      .filter(([name, { args }]) => name.startsWith('logout') && args && 'allSessions' in args)
      .map(([name, field]) => [name, { ...field, resolve: noting(field.resolve) }])
    return { ...Object.fromEntries(logouts), ...inner?.(graphQL, schema) }
  }

interface LogoutField {
  args?: object
  resolve: LogoutResolver
}

type LogoutResolver = (
  parent: unknown,
  args: { allSessions?: boolean },
  context: { req: PayloadRequest },
  ...rest: unknown[]
) => unknown

const noting =
  (resolve: LogoutResolver): LogoutResolver =>
  (parent, args, context, ...rest) => {
    context.req.context[ALL_SESSIONS] = args.allSessions === true
    return resolve(parent, args, context, ...rest)
  }
