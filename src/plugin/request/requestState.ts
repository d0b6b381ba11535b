import type { PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { Token } from '../../core/token.js'

type Request = Pick<PayloadRequest, 'context'>

const tokens = memo<object, Token>('tokenOfUser')
const refusals = memo<object, Refusal>('refusalOfRequest')

/**
 * The verified token that authenticated this user object. It is remembered with the user, because
 * the logout's server function has empty headers.
 */
export const tokenOfUser = (user: object): Token | undefined => tokens.get(user)

/**
 * Remembers the token of this request, or that it has none, and returns the user object to go on
 * with. That is a copy if a strategy returns one object for several requests.
 */
export function rememberToken<User extends object>(user: User, token: Token | undefined): User {
  const known = tokens.get(user)
  const isAnothers = known !== undefined && known.id !== token?.id
  const own = isAnothers ? { ...user } : user
  if (token) tokens.set(own, token)
  return own
}

/**
 * Why the token of this request was refused. GraphQL's resolvers see the request through a proxy,
 * so it is also stored by the request's context, which stays the same.
 */
export const refusalOfRequest = (req: Request) => refusals.get(req) ?? refusals.get(req.context)

export function rememberRefusal(req: Request, refusal: Refusal) {
  refusals.set(req, refusal)
  if (req.context) refusals.set(req.context, refusal)
}
