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
 * A rotated token that comes back to be refreshed, after its grace, was copied: one of the two
 * who hold it is not its owner, and nobody can tell which. So its session ends (RFC 9700 §4.14.2),
 * and the application is told, once. A token that was revoked otherwise, or whose session is over,
 * tells nothing new. It never throws: the request is refused whatever happens here.
 */
export async function detectReuse(
  runtime: Runtime,
  refused: RefusedRefresh,
  /** Its signature verified: nobody shall end a session by a token of his own making. */
  token: Token | undefined = tokenInHeaders(refused.payload, refused.headers, runtime),
): Promise<void> {
  // A wider scope than the token itself: its session is over.
  if (!token || refused.refusal.scope !== 'token') return
  const sessions = underWay.get(runtime.denylist) ?? new Map<string, Promise<void>>()
  underWay.set(runtime.denylist, sessions)
  const detecting = sessions.get(token.session) ?? endIfReused(runtime, refused, token)
  sessions.set(token.session, detecting)
  try {
    await detecting
  } catch (err) {
    runtime.logger.error({ err }, 'Revocations: the session of a reused token goes on')
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
      note: `Shown: the token ${token.id}`,
    }),
  ])
  const names = {
    ...{ collection: token.collection, userId: token.userId },
    ...{ session: token.session, jti: token.id },
    rotatedAt: rotation.revokedAt,
    ...(ip !== undefined && { ip }),
    ...userAgentOf(headers),
  }
  payload.logger.warn(names, 'Revocations: a rotated token came back, its session was ended')
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
