import { createHmac, timingSafeEqual } from 'node:crypto'
import { JWT_AUTH_VERSION } from 'payload'
import { readClaims } from '../../core/readClaims.js'

/**
 * The claims of a token that Payload signed with this secret (HS256, with its `authVersion`);
 * `undefined` for any other text. The expiry is not looked at.
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
  const { alg, authVersion } = readClaims(`.${header}.`) ?? {}
  return alg === 'HS256' && authVersion === JWT_AUTH_VERSION ? readClaims(text) : undefined
}
