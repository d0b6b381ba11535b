import { actorName } from '../../core/token.js'
import { NO_STORE } from './answerErrors.js'
import { type AcceptedToken, judgeText } from './judgeText.js'
import { createOAuthCall } from './oauthCall.js'

const path = '/revocation/oauth/introspect'

/**
 * `POST /api/revocation/oauth/introspect` (RFC 7662): whether a token is good, for the services of
 * the option `services`. A token is active as long as Payload accepts it. About every other text the
 * answer is the same. 503 while the denylist or the database cannot tell.
 */
export const introspectEndpoint = createOAuthCall({
  path,
  isServiceRequired: true,
  async answer({ req: { payload }, runtime, service, text }) {
    const accepted = await judgeText(payload, runtime, { text, path })
    const answer = accepted ? activeAnswer(accepted, service.claims) : { active: false }
    return Response.json(answer, { headers: NO_STORE })
  },
})

const ALWAYS_SHOWN = ['sid', 'jti', 'iat', 'exp', 'auth_time']

const activeAnswer = ({ claims, token }: AcceptedToken, allowed: readonly string[]) => ({
  active: true,
  sub: actorName({ collection: token.collection, id: token.userId }),
  collection: token.collection,
  id: claims.id,
  ...Object.fromEntries(
    [...ALWAYS_SHOWN, ...allowed]
      .filter((name) => Object.hasOwn(claims, name))
      .map((name) => [name, claims[name]]),
  ),
  token_type: 'Bearer',
})
