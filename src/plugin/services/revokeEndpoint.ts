import { actorName, type Token } from '../../core/token.js'
import type { Service } from '../config/services.js'
import { clientAddress } from '../request/clientAddress.js'
import { ownToken } from '../request/verifyToken.js'
import type { Runtime } from '../runtime/runtime.js'
import { endOfSession } from '../triggers/endOfSession.js'
import { NO_STORE } from './answerErrors.js'
import { createOAuthCall } from './oauthCall.js'

/**
 * `POST /api/revocation/oauth/revoke` (RFC 7009): ends a token and its session, as a logout with it
 * does, before it answers. The holder of a token may end it, so no client is needed; credentials
 * that are shown must be right. The answer is the same for a text that is no good token. 503 when
 * the revocation could not be recorded.
 */
export const revokeEndpoint = createOAuthCall({
  path: '/revocation/oauth/revoke',
  isServiceRequired: false,
  async answer({ req, runtime, service, text }) {
    const token = ownToken(req.payload, text)
    if (token && isAlive(token, runtime)) {
      const { denylist, settings } = runtime
      const ip = clientAddress(req.headers, settings.trustProxy)
      const circumstances = {
        reason: 'logout',
        actor: actorOf(token, service),
        ip,
        now: Date.now(),
        maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
      } as const
      await denylist.revoke(endOfSession(token, circumstances))
    }
    return new Response(null, { status: 200, headers: NO_STORE })
  },
})

/** A revoked token cannot end anything any more, as it cannot log out. */
const isAlive = (token: Token, { denylist }: Runtime) =>
  token.expiresAt > Date.now() && denylist.verdict(token).status !== 'revoked'

/** No user has a name without a colon. */
const actorOf = ({ collection, userId: id }: Token, service: Service | undefined) =>
  service ? `service/${service.id}` : actorName({ collection, id })
