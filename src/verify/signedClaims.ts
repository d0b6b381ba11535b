import { type JsonObject, readClaims, readHeader } from '../core/readClaims.js'
import { hmacCheck } from '../core/signature.js'
import type { VerifierOptions } from './verifierOptions.js'

/**
 * Returns the claims of a token that Payload signed: with HS256, with one of the secrets, and with
 * the right `authVersion`. A header parameter that must be understood (`crit`, RFC 7515 §4.1.11)
 * refuses the token, because none is.
 */
export function signedClaims(
  secret: string | readonly string[],
  { authVersion = 1 }: Pick<VerifierOptions, 'authVersion'>,
): (text: string) => Promise<JsonObject | undefined> {
  const isSigned = hmacCheck(secret)
  return async (text) => {
    const header = readHeader(text)
    if (header?.alg !== 'HS256' || header.crit !== undefined) return undefined
    if (authVersion !== false && header.authVersion !== authVersion) return undefined
    return (await isSigned(text, header.alg)) ? readClaims(text) : undefined
  }
}
