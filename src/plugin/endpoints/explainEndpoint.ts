import type { Target } from '../../core/target.js'
import { actorName, isTokenOf } from '../../core/token.js'
import type { ExplainAnswer } from '../../wire/revocationDoc.js'
import { InvalidField } from '../api/fields.js'
import { revocationDoc, revocationDocForOwner } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { targetFields, targetOf } from '../api/target.js'
import { ownToken } from '../request/verifyToken.js'
import { type Caller, createCall } from './call.js'
import { forbidden } from './callError.js'

/**
 * `POST /api/revocation/explain`: why a token is refused. Every user may ask about their own
 * tokens; administrators may ask about any, also by name. It is a POST, because a token must not be
 * in a URL.
 */
export const explainEndpoint = createCall({
  method: 'post',
  path: '/revocation/explain',
  fields: targetFields,
  async answer(named, caller) {
    const { isAdministrator, payload, user } = caller
    const target = targetOf(named)
    const isOwn = isOwnToken(target, caller)
    if (!(isOwn || isAdministrator)) throw forbidden()
    const found = await revocations(payload).explain(target)
    const owner = actorName(user)
    return {
      revoked: found.length > 0,
      by: found.map((each) =>
        isAdministrator ? revocationDoc(each) : revocationDocForOwner(each, owner),
      ),
    } satisfies ExplainAnswer
  },
})

function isOwnToken(target: Target, { payload, user }: Caller): boolean {
  if (!('token' in target)) return false
  const token = ownToken(payload, target.token)
  if (!token) throw new InvalidField('token', 'a token that this application signed')
  return isTokenOf(token, user)
}
