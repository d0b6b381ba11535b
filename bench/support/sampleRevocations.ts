import type { Revocation, Subject } from '../../src/core/revocation.js'
import { builtPackage } from './builtPackage.js'

const HOUR_MS = 3_600_000

/**
 * Revocations as an app collects them: logouts, which revoke a token and its session, and for every
 * twenty of them one password change, which revokes a user's tokens.
 */
export async function sampleRevocations(count: number): Promise<Revocation[]> {
  const { uuidv7 } = await builtPackage('core/uuidv7')
  const now = Date.now()
  return Array.from({ length: count }, (_, index) => {
    const revokedAt = now - (index % HOUR_MS)
    const common = { id: uuidv7(revokedAt), revokedAt, expiresAt: now + 2 * HOUR_MS }
    if (index % 20 === 19) {
      const subject: Subject = `user:users:${1_000_000 + index}`
      return { ...common, scope: 'user', subject, cutoff: revokedAt, reason: 'password-changed' }
    }
    return index % 2 === 0
      ? { ...common, scope: 'token', subject: `jti:${uuidv7(revokedAt)}`, reason: 'logout' }
      : { ...common, scope: 'session', subject: `sid:${crypto.randomUUID()}`, reason: 'logout' }
  })
}
