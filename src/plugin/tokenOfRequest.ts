import type { PayloadRequest } from 'payload'
import { extractToken } from '../core/extractToken.js'
import { type Token, tokenFromClaims } from '../core/token.js'
import { LOCAL_STRATEGY } from './guardLocalStrategy.js'
import { tokenOfUser } from './requestState.js'
import type { Runtime } from './runtime.js'
import { verifyToken } from './verifyToken.js'

/**
 * The token by which the user of this request was authenticated: remembered with the user, or, for
 * a copy of the user, the one in the headers, when it is well signed and names that user.
 * `undefined` when another credential authenticated the request.
 */
export function tokenOfRequest(req: PayloadRequest, { location }: Runtime): Token | undefined {
  const { user } = req
  if (!user) return undefined
  const remembered = tokenOfUser(user)
  if (remembered) return remembered
  const extracted =
    user._strategy === LOCAL_STRATEGY ? extractToken(req.headers, location) : undefined
  const claims = extracted && verifyToken(extracted.text, req.payload.secret)
  const token = claims && tokenFromClaims(claims)
  const isItsUser = token?.collection === user.collection && token?.userId === String(user.id)
  return token && isItsUser ? token : undefined
}
