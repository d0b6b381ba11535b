import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Payload } from 'payload'
import { readClaims } from '../../core/readClaims.js'
import { type Token, tokenFromClaims } from '../../core/token.js'
import { runtimeOf } from '../runtime/runtimeOf.js'

type Signer = Pick<Payload, 'secret'>

/**
 * The claims of a text that this Payload instance signed, or a plugin with the instance's secret;
 * `undefined` for any other. Payload's `authVersion` may be missing: plugins that sign for themselves
 * leave it out, and a strategy of theirs takes the token all the same. The expiry is not looked at.
 */
export function verifyToken(
  { secret }: Signer,
  text: string,
): Readonly<Record<string, unknown>> | undefined {
  const [header, claims, signature, ...rest] = text.split('.')
  if (!header || !claims || !signature || rest.length > 0) return undefined
  const hash = HASHES.get(readClaims(`.${header}.`)?.alg)
  if (!hash) return undefined
  const expected = createHmac(hash, secret).update(`${header}.${claims}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return readClaims(text)
}

/** As {@link verifyToken}: what the denylist must know of the token. */
export function ownToken(payload: Payload, text: string): Token | undefined {
  const claims = verifyToken(payload, text)
  return claims && tokenFromClaims(claims, runtimeOf(payload).lifetimeOf)
}

/** Payload signs with the first, and takes each of them. */
const HASHES = new Map<unknown, string>([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
])
