import { type CollectionRefreshHook, Forbidden, type SanitizedCollectionConfig } from 'payload'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { hadPayloadSessions } from '../storage/payloadSessions.js'

/**
 * Whether Payload on its own refuses to refresh without a token: for want of a session in its
 * list, which the plugin has turned off.
 */
export const needsToken = (collection: SanitizedCollectionConfig): boolean =>
  hadPayloadSessions(collection) && !collection.auth.disableLocalStrategy

/**
 * Whoever came with no token of ours (an API key, a session that another plugin keeps) gets none by
 * a refresh: it would outlive what it was got for. Where Payload answers such a refresh it is
 * answered, without a token, so that the admin panel goes on; GraphQL and the server function put
 * whatever they get into a cookie. The last of the hooks: another plugin may answer itself.
 *
 * @throws Forbidden
 */
export const refreshWithoutToken: CollectionRefreshHook = ({ args, user }) => {
  const { collection, req } = args
  if (tokenOfRequest(req)) return
  if (req.payloadAPI !== 'REST') throw new Forbidden(req.t)
  return {
    exp: Math.floor(Date.now() / 1_000) + collection.config.auth.tokenExpiration,
    setCookie: false,
    strategy: user._strategy,
    user,
  } as Awaited<ReturnType<CollectionRefreshHook>>
}
