import type { Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { type Credential, tokenTextOf } from '../../core/extractToken.js'
import type { TokenEnd } from '../../core/watching.js'
import { watchToken } from '../../core/watchToken.js'
import { ownToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'

/**
 * For a WebSocket, a server-sent event stream or anything else that stays open after its token
 * was checked: calls `onEnd` once, when that token is no longer good because it was revoked,
 * rotated or expired. Authenticate the connection first (`payload.auth`); this function only ends
 * it. After `rotated` or `expired` the client can reconnect with the session's next token.
 *
 * `onEnd` is called within milliseconds of a revocation in this process, and in other processes as
 * soon as they learn of it. The status is `unknown` when this process can no longer tell
 * (`maxStaleness`, `whenStale`) and when Payload is destroyed.
 *
 * @returns a function that cancels; call it when the connection closes by itself
 * @throws RevocationError `not-started` without the plugin; `token-not-ours` when `credential`
 *   contains no token that this Payload instance signed
 * @example
 * const { user } = await payload.auth({ headers })
 * const cancel = onTokenRevoked(payload, headers, ({ reason }) => socket.close(4401, reason))
 * socket.once('close', cancel)
 */
export function onTokenRevoked(
  payload: Payload,
  credential: Credential,
  onEnd: (end: TokenEnd) => void,
): () => void {
  const { denylist, location } = runtimeOf(payload)
  const text = tokenTextOf(credential, location)
  const token = text === undefined ? undefined : ownToken(payload, text)
  if (!token) throw new RevocationError('token-not-ours')
  return watchToken(denylist, token, onEnd)
}
