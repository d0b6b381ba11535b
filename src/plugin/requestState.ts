import { memo } from '../core/processWide.js'
import type { Refusal } from '../core/refusal.js'
import type { Token } from '../core/token.js'

const tokens = memo<object, Token>('tokenOfUser')
const refusals = memo<object, Refusal>('refusalOfRequest')

/**
 * The token by which Payload authenticated this user object, its signature verified. Logout's
 * server function has empty headers, so what to revoke is remembered with the user.
 */
export const tokenOfUser = (user: object | null | undefined): Token | undefined =>
  user ? tokens.get(user) : undefined

export const rememberToken = (user: object, token: Token) => void tokens.set(user, token)

/** Why the token that came with this request was not taken. */
export const refusalOfRequest = (req: object) => refusals.get(req)

export const rememberRefusal = (req: object, refusal: Refusal) => void refusals.set(req, refusal)
