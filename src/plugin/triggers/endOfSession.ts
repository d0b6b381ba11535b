import {
  type Circumstances,
  sessionRevocation,
  tokenRevocation,
} from '../../core/makeRevocation.js'
import type { Revocation } from '../../core/revocation.js'
import { subjectsOf, type Token } from '../../core/token.js'

/**
 * What a logout revokes: the session, and the token by its own name. Both belong to `partOf`, or
 * else the token to its session.
 */
export function endOfSession(token: Token, circumstances: Circumstances): readonly Revocation[] {
  const { partOf = subjectsOf(token).session } = circumstances
  return [
    sessionRevocation(token.session, { ...circumstances, expiresAt: token.expiresAt }),
    tokenRevocation(token, { ...circumstances, partOf }),
  ]
}
