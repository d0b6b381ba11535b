import type { PayloadRequest } from 'payload'
import type { Token } from '../../core/token.js'
import type { Runtime } from '../runtime/runtime.js'
import { tokenOfUser } from './requestState.js'
import { tokenInHeaders } from './tokenInHeaders.js'

/** What Payload calls its own JWT strategy. */
export const LOCAL_STRATEGY = 'local-jwt'

/**
 * The token by which the user of this request was authenticated: remembered with the user, or, for
 * a copy of the user, the one in the headers, when it is well signed and names that user.
 * `undefined` when another credential authenticated the request.
 */
export function tokenOfRequest(req: PayloadRequest, runtime: Runtime): Token | undefined {
  const { user } = req
  if (!user) return undefined
  const remembered = tokenOfUser(user)
  if (remembered) return remembered
  const token =
    user._strategy === LOCAL_STRATEGY
      ? tokenInHeaders(req.payload, req.headers, runtime)
      : undefined
  const isItsUser = token?.collection === user.collection && token?.userId === String(user.id)
  return token && isItsUser ? token : undefined
}
