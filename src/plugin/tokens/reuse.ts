import type { Payload } from 'payload'
import type { Denylist } from '../../core/denylist.js'
import { sessionRevocation } from '../../core/makeRevocation.js'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { Revocation } from '../../core/revocation.js'
import type { Token } from '../../core/token.js'
import { callHook } from '../config/hooks.js'
import { clientAddress } from '../request/clientAddress.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import type { Runtime } from '../runtime/runtime.js'
import { explainToken } from '../storage/explain.js'

/** A refused request that wanted to refresh its token. */
export interface RefusedRefresh {
  refusal: Refusal
  payload: Payload
  headers: Headers
}

const underWay = memo<Denylist, Map<string, Promise<void>>>('reusesUnderWay')

const MAX_USER_AGENT_LENGTH = 300

/**
 * When a rotated token is used for a refresh after its grace period, somebody copied it. One of the
 * two holders is not the owner, and nobody can tell which. So the session ends (RFC 9700 §4.14.2)
 * and the application is told, once. A token that was revoked for another reason, or whose session
 * is over, proves nothing. It never throws: the request is refused in any case.
 */
export async function detectReuse(
  runtime: Runtime,
  refused: RefusedRefresh,
  /** Its signature is verified, so that nobody can end a session with a forged token. */
  token: Token | undefined = tokenInHeaders(refused.payload, refused.headers, runtime),
): Promise<void> {
  // If more than the token itself was revoked, its session is already over.
  if (!token || refused.refusal.scope !== 'token') return
  const sessions = underWay.get(runtime.denylist) ?? new Map<string, Promise<void>>()
  underWay.set(runtime.denylist, sessions)
  const detecting = sessions.get(token.session) ?? endIfReused(runtime, refused, token)
  sessions.set(token.session, detecting)
  try {
    await detecting
  } catch (err) {
    runtime.logger.error({ err }, 'Revocations: could not end the session of a reused token')
  } finally {
    sessions.delete(token.session)
  }
}

async function endIfReused(
  { denylist, ledger, settings }: Runtime,
  { payload, headers }: RefusedRefresh,
  token: Token,
): Promise<void> {
  const found = await explainToken(ledger, token)
  const rotation = found.find(isRotation)
  if (!rotation || found.some(({ scope }) => scope !== 'token')) return
  const { maxTokenLifetimeMs } = denylist
  const ip = clientAddress(headers, settings.trustProxy)
  await denylist.revoke([
    sessionRevocation(token.session, {
      ...{ reason: 'reuse-detected', now: Date.now(), ip, maxTokenLifetimeMs },
      expiresAt: token.expiresAt,
      note: `Reused token: ${token.id}`,
    }),
  ])
  const names = {
    ...{ collection: token.collection, userId: token.userId },
    ...{ session: token.session, jti: token.id },
    rotatedAt: rotation.revokedAt,
    ...(ip !== undefined && { ip }),
    ...userAgentOf(headers),
  }
  payload.logger.warn(names, 'Revocations: a rotated token was reused, so its session was ended')
  callHook('onReuseDetected', {
    hook: settings.hooks.onReuseDetected,
    event: { ...names, payload },
    payload,
  })
}

const isRotation = ({ scope, reason }: Revocation) => scope === 'token' && reason === 'rotated'

function userAgentOf(headers: Headers) {
  const userAgent = headers.get('User-Agent')?.slice(0, MAX_USER_AGENT_LENGTH)
  return userAgent ? { userAgent } : {}
}
