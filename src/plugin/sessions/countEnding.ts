import type { Payload } from 'payload'
import type { Target } from '../../core/target.js'
import { countActive } from './userSessions.js'

/**
 * How many active sessions a revocation ends; `null` for a token, and when no records are kept. So
 * it is when they cannot be read: whoever revokes in an emergency is not stopped by a count.
 */
export async function countEnding(payload: Payload, target: Target): Promise<number | null> {
  try {
    return await countActive(payload, target)
  } catch (err) {
    payload.logger.warn({ err }, 'Revocations: the sessions that end could not be counted')
    return null
  }
}
