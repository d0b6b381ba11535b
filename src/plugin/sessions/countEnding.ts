import type { Payload } from 'payload'
import { countLive } from './userSessions.js'

/**
 * How many live sessions a revocation ends; `null` when no records are kept. So it is when they
 * cannot be read: whoever revokes in an emergency is not stopped by a count.
 */
export async function countEnding(
  payload: Payload,
  scope: Parameters<typeof countLive>[1],
): Promise<number | null> {
  try {
    return await countLive(payload, scope)
  } catch (err) {
    payload.logger.warn({ err }, 'Revocations: the sessions that end could not be counted')
    return null
  }
}
