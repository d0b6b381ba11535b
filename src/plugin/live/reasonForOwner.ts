import type { PayloadRequest } from 'payload'
import type { Refusal } from '../../core/refusal.js'
import type { Reason } from '../../core/revocation.js'
import type { ReachedLimit } from '../../core/sessionLimits.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import type { Runtime } from '../runtime/runtime.js'
import { explainToken } from '../storage/explain.js'

/**
 * Why the token of this request was refused, for the holder of the token. It is told only if Payload
 * signed the token, so that a forged token reveals nothing about a session. `undefined` also if the
 * ledger does not say.
 */
export async function reasonForOwner(
  { scope, status }: Refusal,
  req: PayloadRequest,
  { ledger, location, logger }: Runtime,
): Promise<Reason | ReachedLimit | undefined> {
  if (status !== 'revoked') return undefined
  const token = tokenInHeaders(req.payload, req.headers, { location })
  if (!token) return undefined
  if (scope === 'session-over' || scope === 'idle') return scope
  try {
    const found = await explainToken(ledger, token)
    const latestFirst = [...found].sort((one, other) => other.revokedAt - one.revokedAt)
    // A token that was rotated is dead twice when its session ends: the end is the reason.
    const end = latestFirst.find(({ reason }) => reason !== 'rotated')
    return (end ?? latestFirst[0])?.reason
  } catch (err) {
    logger.warn({ err }, 'Revocations: the reason of a refusal could not be read')
    return undefined
  }
}
