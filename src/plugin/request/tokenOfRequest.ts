import type { PayloadRequest, TypedUser } from 'payload'
import { isTokenOf, type Token } from '../../core/token.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { refusalOfRequest, tokenOfUser } from './requestState.js'
import { tokenInHeaders } from './tokenInHeaders.js'

/** What Payload calls its own JWT strategy. */
export const LOCAL_STRATEGY = 'local-jwt'

/**
 * The token of a request: the one that Payload would read, well signed and not expired, whose user
 * is the user of the request. Which strategy authenticated that user does not matter, nor does
 * whether it handed on a copy: the token is remembered with the user object, and for a copy that
 * was made later it is in the headers. `undefined` for an API key, a session of another kind, and
 * where the token was refused and another credential authenticated the request.
 */
export function tokenOfRequest(req: PayloadRequest): Token | undefined {
  const { user } = req
  if (!user) return undefined
  const remembered = tokenOfUser(user)
  if (remembered) return remembered
  return refusalOfRequest(req) ? undefined : tokenBeside(user, req)
}

/** The token in the headers with which this user came; `undefined` when it is another's, or none. */
export function tokenBeside(
  user: Pick<TypedUser, 'collection' | 'id'>,
  { headers, payload }: Pick<PayloadRequest, 'headers' | 'payload'>,
): Token | undefined {
  const token = tokenInHeaders(payload, headers, runtimeOf(payload))
  return token && isTokenOf(token, user) && token.expiresAt > Date.now() ? token : undefined
}
