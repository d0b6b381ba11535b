import { createHmac, timingSafeEqual } from 'node:crypto'
import { readClaims } from '../../core/readClaims.js'

/**
 * The claims of a token that was signed with this secret (HS256); `undefined` for any other text.
 * Payload's `authVersion` may be missing: plugins that sign for themselves leave it out, and a
 * strategy of theirs takes the token all the same. The expiry is not looked at.
 */
export function verifyToken(
  text: string,
  secret: string,
): Readonly<Record<string, unknown>> | undefined {
  const [header, claims, signature, ...rest] = text.split('.')
  if (!header || !claims || !signature || rest.length > 0) return undefined
  const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return readClaims(`.${header}.`)?.alg === 'HS256' ? readClaims(text) : undefined
}
