import type { Payload } from 'payload'
import type { Target } from '../../core/target.js'
import { countActive } from './userSessions.js'

/**
 * How many active sessions a revocation ends. `null` for a token, when no records are kept, and
 * when they cannot be read: a failed count must not stop a revocation in an emergency.
 */
export async function countEnding(payload: Payload, target: Target): Promise<number | null> {
  try {
    return await countActive(payload, target)
  } catch (err) {
    payload.logger.warn({ err }, 'Revocations: the affected sessions could not be counted')
    return null
  }
}
