import type { PayloadRequest } from 'payload'
import { extractToken } from '../../core/extractToken.js'
import { sessionRevocation } from '../../core/makeRevocation.js'
import { actorName, subjectsOf } from '../../core/token.js'
import type { MutationWrapper } from '../config/wrapMutations.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { askedBy } from '../request/askedBy.js'
import { refusalOfRequest } from '../request/requestState.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import type { Runtime } from '../runtime/runtime.js'

/** A key in the context of a request: the running operation answers with a cookie. */
const SETS_COOKIE = 'jwtRevocation.setsCookie'

/**
 * When Payload answers a login, its cookie replaces the one in the browser. The session of the old
 * cookie ends, also if it is another user's, because nobody could log out of it any more (OWASP ASVS
 * 5.0, 7.2.4). A session that is already over is recorded as replaced too, before the login is answered:
 * a late answer to the old token must not clear the new cookie, whichever process sends it. Other
 * ways to log in do not replace a cookie, or have no headers that show one.
 */
export async function endReplacedSession(
  runtime: Runtime,
  req: PayloadRequest,
  collection: string,
): Promise<void> {
  if (setsCookie(req, collection)) await replaceSession(runtime, req)
}

/** Like {@link endReplacedSession}, for an answer that certainly sets a cookie. */
export async function replaceSession(runtime: Runtime, req: PayloadRequest): Promise<void> {
  const { headers, payload } = req
  if (extractToken(headers, runtime.location)?.from !== 'cookie') return
  const replaced = tokenInHeaders(payload, headers, runtime)
  const now = Date.now()
  if (!replaced || replaced.expiresAt <= now) return
  const { denylist, ledger } = runtime
  const { ip } = askedBy(req, runtime)
  const { maxTokenLifetimeMs } = denylist
  const revocation = sessionRevocation(replaced.session, {
    ...{ reason: 'replaced', now, ip, maxTokenLifetimeMs, expiresAt: replaced.expiresAt },
    actor: actorName({ collection: replaced.collection, id: replaced.userId }),
  })
  const isOver = refusalOfRequest(req) !== undefined
  const isRecorded = async () => {
    const known = await ledger.find([subjectsOf(replaced).session])
    return known.some(({ reason }) => reason === 'replaced')
  }
  await onceCommitted(req, async () => {
    // A program may send the same dead cookie with each of its logins.
    if (!isOver || !(await isRecorded())) await denylist.revoke([revocation])
  })
}

/** Whether Payload answers with a cookie. Calls of the application within a request do not. */
function setsCookie({ context, pathname, payloadAPI }: PayloadRequest, collection: string) {
  if (payloadAPI === 'GraphQL') return context[SETS_COOKIE] === true
  const path = pathname?.replace(/\/$/, '')
  return payloadAPI === 'REST' && PATHS.some((each) => path?.endsWith(`/${collection}${each}`))
}

const PATHS = ['/login', '/first-register', '/reset-password']

/** GraphQL's `login…` and `resetPassword…` set the cookie too, but have no path of their own. */
export const markCookie: MutationWrapper =
  (resolve) =>
  async (parent, args, graphQL, ...rest) => {
    const { context } = graphQL.req
    context[SETS_COOKIE] = true
    try {
      return await resolve(parent, args, graphQL, ...rest)
    } finally {
      delete context[SETS_COOKIE]
    }
  }
