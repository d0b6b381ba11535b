import type { Token } from '../../src/core/token.js'
import { randomIds } from './randomIds.js'

const LIFETIME_MS = 7_200_000

/** Tokens that nothing revokes. Each has its own session and user. */
export function goodTokens(count: number, now = Date.now()): Token[] {
  const sessions = randomIds(count)
  return randomIds(count).map((id, index) => ({
    id,
    session: sessions[index] ?? '',
    collection: 'users',
    userId: String(1_000_000 + index),
    issuedAt: now,
    sessionStartedAt: now,
    expiresAt: now + LIFETIME_MS,
  }))
}
