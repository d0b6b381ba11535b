import type { PayloadRequest } from 'payload'
import { isTokenOf, type Token } from '../../core/token.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { refusalOfRequest, tokenOfUser } from './requestState.js'
import type { RequestUser } from './requestUser.js'
import { tokenInHeaders } from './tokenInHeaders.js'

/** The name of Payload's own JWT strategy. */
export const LOCAL_STRATEGY = 'local-jwt'

/**
 * The token of a request: the one that Payload would read, with a valid signature, not expired, and
 * belonging to the user of the request. It does not matter which strategy authenticated that user,
 * or whether it returned a copy. The token is remembered with the user object, and if a copy was
 * made later, the token is in the headers. `undefined` for an API key, for another kind of session,
 * and when the token was refused and another credential authenticated the request.
 */
export function tokenOfRequest(req: PayloadRequest): Token | undefined {
  const { user } = req
  if (!user) return undefined
  const remembered = tokenOfUser(user)
  if (remembered) return remembered
  return refusalOfRequest(req) ? undefined : tokenBeside(user, req)
}

/** The token of this user in the headers; `undefined` if there is none, or it is another user's. */
export function tokenBeside(
  user: Pick<RequestUser, 'collection' | 'id'>,
  { headers, payload }: Pick<PayloadRequest, 'headers' | 'payload'>,
): Token | undefined {
  const token = tokenInHeaders(payload, headers, runtimeOf(payload))
  return token && isTokenOf(token, user) && token.expiresAt > Date.now() ? token : undefined
}
