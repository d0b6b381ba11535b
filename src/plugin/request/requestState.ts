import type { PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { Token } from '../../core/token.js'

type Request = Pick<PayloadRequest, 'context'>

const tokens = memo<object, Token>('tokenOfUser')
const refusals = memo<object, Refusal>('refusalOfRequest')

/**
 * The token by which Payload authenticated this user object, its signature verified. Logout's
 * server function has empty headers, so what to revoke is remembered with the user.
 */
export const tokenOfUser = (user: object | null | undefined): Token | undefined =>
  user ? tokens.get(user) : undefined

export const rememberToken = (user: object, token: Token) => void tokens.set(user, token)

/**
 * Why the token that came with this request was not taken. GraphQL's resolvers see the request
 * through a proxy, so it is found by the request's context as well, which is the same.
 */
export const refusalOfRequest = (req: Request) => refusals.get(req) ?? refusals.get(req.context)

export function rememberRefusal(req: Request, refusal: Refusal) {
  refusals.set(req, refusal)
  if (req.context) refusals.set(req.context, refusal)
}
