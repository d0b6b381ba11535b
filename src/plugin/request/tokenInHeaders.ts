import type { Payload } from 'payload'
import { extractToken } from '../../core/extractToken.js'
import type { SharedRuntime } from '../../core/sharedRuntime.js'
import type { Token } from '../../core/token.js'
import { ownToken } from './verifyToken.js'

/** The token in these headers if its signature is valid, whether it is revoked or not. */
export function tokenInHeaders(
  payload: Payload,
  headers: Headers,
  { location }: Pick<SharedRuntime, 'location'>,
): Token | undefined {
  const extracted = extractToken(headers, location)
  return extracted && ownToken(payload, extracted.text)
}
