import { actorName, isTokenOf } from '../../core/token.js'
import { revocationDoc, revocationDocForOwner } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { ownToken } from '../request/verifyToken.js'
import type { Explainable } from '../storage/explain.js'
import { type Caller, createCall } from './call.js'
import { forbidden, invalidField } from './callError.js'
import { idField, nameField, objectField, required, textField, type Values } from './fields.js'
import { MAX_TOKEN_LENGTH } from './revokeEndpoint.js'

const fields = {
  token: textField(MAX_TOKEN_LENGTH),
  jti: nameField,
  sid: nameField,
  user: objectField({ collection: nameField, id: idField }),
}

/**
 * `POST /api/revocation/explain`: why a token is refused. Everyone may ask about a token of their
 * own; administrators about any, and by name. A POST, since a token belongs in no URL.
 */
export const explainEndpoint = createCall({
  method: 'post',
  path: '/revocation/explain',
  fields,
  async answer(body, caller) {
    const { isAdministrator, payload, user } = caller
    const found = await revocations(payload).explain(whatIsAsked(body, caller))
    const owner = actorName(user)
    return {
      revoked: found.length > 0,
      by: found.map((each) =>
        isAdministrator ? revocationDoc(each) : revocationDocForOwner(each, owner),
      ),
    }
  },
})

const NAMES = ['token', 'jti', 'sid', 'user'] as const

function whatIsAsked(body: Values<typeof fields>, caller: Caller): string | Explainable {
  const named = NAMES.filter((each) => body[each] !== undefined)
  if (named.length !== 1)
    throw invalidField(named[1] ?? 'token', `the only one of ${NAMES.join(', ')}`)
  const { token, jti, sid, user } = body
  if (token !== undefined) {
    requireOwn(token, caller)
    return token
  }
  if (!caller.isAdministrator) throw forbidden()
  if (jti !== undefined) return { jti }
  if (sid !== undefined) return { sid }
  return {
    collection: required(user?.collection, 'user.collection'),
    id: required(user?.id, 'user.id'),
  }
}

function requireOwn(text: string, { isAdministrator, payload, user }: Caller) {
  const token = ownToken(payload, text)
  if (!token) throw invalidField('token', 'a token that this application signed')
  if (!(isTokenOf(token, user) || isAdministrator)) throw forbidden()
}
