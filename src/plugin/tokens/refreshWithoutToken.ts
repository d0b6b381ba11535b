import { type CollectionRefreshHook, Forbidden, type SanitizedCollectionConfig } from 'payload'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { hadPayloadSessions } from '../storage/payloadSessions.js'

/**
 * Whether Payload itself would refuse to refresh without a token, because its list has no session.
 * The plugin has turned that list off.
 */
export const needsToken = (collection: SanitizedCollectionConfig): boolean =>
  hadPayloadSessions(collection) && !collection.auth.disableLocalStrategy

/**
 * A client without one of our tokens (with an API key, or a session of another plugin) does not get
 * one by a refresh, because it would outlive the original credential. Over REST, Payload answers
 * such a refresh, so the answer is a success without a token, and the admin panel goes on. GraphQL
 * and the server function put the result into a cookie, so there it is an error. It is the last of
 * the hooks, because another plugin may answer itself.
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
  } as unknown as Awaited<ReturnType<CollectionRefreshHook>>
}
