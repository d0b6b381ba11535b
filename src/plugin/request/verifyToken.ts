import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Payload } from 'payload'
import { readClaims } from '../../core/readClaims.js'
import { type Token, tokenFromClaims } from '../../core/token.js'
import { runtimeOf } from '../runtime/runtimeOf.js'

/** From Payload 4 on: the accepted secrets, its own and the earlier ones (`previousSecrets`). */
interface Keyring {
  readonly encryptionKeyring?: { readonly all: readonly { readonly legacyKey: string }[] }
}

type Signer = Pick<Payload, 'secret'> & Keyring

/**
 * The claims of a token that was signed with a secret of this Payload instance, by Payload or by a
 * plugin; `undefined` for any other text. If Payload accepts several secrets, each of them counts.
 * Payload's `authVersion` may be missing: plugins that sign tokens themselves leave it out, and
 * their strategies still accept the token. The expiry is not checked.
 */
export function verifyToken(
  signer: Signer,
  text: string,
): Readonly<Record<string, unknown>> | undefined {
  const [header, claims, signature, ...rest] = text.split('.')
  if (!header || !claims || !signature || rest.length > 0) return undefined
  const hash = HASHES.get(readClaims(`.${header}.`)?.alg)
  if (!hash) return undefined
  const given = Buffer.from(signature, 'base64url')
  const isSignedBy = (secret: string) => {
    const expected = createHmac(hash, secret).update(`${header}.${claims}`).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
  return secretsOf(signer).some(isSignedBy) ? readClaims(text) : undefined
}

const secretsOf = ({ encryptionKeyring, secret }: Signer) =>
  encryptionKeyring?.all.map(({ legacyKey }) => legacyKey) ?? [secret]

/** Like {@link verifyToken}, but returns what the denylist must know about the token. */
export function ownToken(payload: Payload, text: string): Token | undefined {
  const claims = verifyToken(payload, text)
  return claims && tokenFromClaims(claims, runtimeOf(payload).lifetimeOf)
}

/** Payload signs with the first algorithm and accepts all of them. */
const HASHES = new Map<unknown, string>([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
])
