import type { CollectionAfterLogoutHook, Config, Payload, PayloadRequest } from 'payload'
import { sessionRevocation, tokenRevocation } from '../core/revoke.js'
import { tokenOfUser } from './requestState.js'
import { revokeUser } from './revokeUser.js'
import type { Runtime } from './runtime.js'

const ALL_SESSIONS = 'jwtRevocation.allSessions'

/**
 * Ends the token and its session; with `allSessions`, all of the user's. When the ledger cannot
 * be written the logout fails: nobody is told to be logged out who is not.
 */
export const afterLogout =
  (runtimeOf: (payload: Payload) => Runtime): CollectionAfterLogoutHook =>
  async ({ req }) => {
    const { user } = req
    if (!user) return
    const { denylist } = runtimeOf(req.payload)
    const actor = `${user.collection}:${user.id}`
    const token = tokenOfUser(user)
    const { maxTokenLifetimeMs } = denylist
    const circumstances = { reason: 'logout', actor, now: Date.now(), maxTokenLifetimeMs } as const
    if (isAllSessions(req)) {
      const { collection, id } = user
      await revokeUser(runtimeOf(req.payload), { collection, id, reason: 'logout', actor })
    }
    if (token) {
      await denylist.revoke([
        sessionRevocation(token.session, circumstances),
        tokenRevocation(token, circumstances),
      ])
    }
  }

const isAllSessions = ({ context, searchParams }: PayloadRequest) =>
  context[ALL_SESSIONS] === true || searchParams?.get('allSessions') === 'true'

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
