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

/** In the context of a request: the operation under way answers with a cookie. */
const SETS_COOKIE = 'jwtRevocation.setsCookie'

/**
 * Payload's answer to a login puts its cookie in the place of the one that the browser has. The
 * session of that one ends, whoever's it is: nobody could log out of it any more (OWASP ASVS 5.0,
 * 7.2.4). One that is over already is recorded as replaced all the same, before the login is
 * answered: a late answer to the old token must not take the new cookie away, whichever process
 * gives it. Other ways to log in replace no cookie, or bring no headers that tell of one.
 */
export async function endReplacedSession(
  runtime: Runtime,
  req: PayloadRequest,
  collection: string,
): Promise<void> {
  if (setsCookie(req, collection)) await replaceSession(runtime, req)
}

/** As {@link endReplacedSession}, for an answer that is known to bring a cookie. */
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
    // A program may show the same dead cookie with each of its logins.
    if (!isOver || !(await isRecorded())) await denylist.revoke([revocation])
  })
}

/** What Payload answers with a cookie. Calls of the application from within a request do not. */
function setsCookie({ context, pathname, payloadAPI }: PayloadRequest, collection: string) {
  if (payloadAPI === 'GraphQL') return context[SETS_COOKIE] === true
  const path = pathname?.replace(/\/$/, '')
  return payloadAPI === 'REST' && PATHS.some((each) => path?.endsWith(`/${collection}${each}`))
}

const PATHS = ['/login', '/first-register', '/reset-password']

/** GraphQL's `login…` and `resetPassword…` set the cookie as well, and no path tells them apart. */
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
