import type { Revocation } from './revocation.js'
import { subjectsOf, type Token } from './token.js'

/** Whether this single revocation is against a token, at an instant (ms). */
export function endsToken(revocation: Revocation, token: Token, at: number): boolean {
  const { cutoff, effectiveAt = 0, exceptSession, expiresAt, lifts, subject } = revocation
  const isNamed = Object.values(subjectsOf(token)).includes(subject)
  if (!isNamed || lifts !== undefined || at < effectiveAt || expiresAt <= at) return false
  return cutoff === undefined || (token.issuedAt <= cutoff && token.session !== exceptSession)
}
