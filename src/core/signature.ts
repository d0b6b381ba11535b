import { readHeader } from './readClaims.js'

/** Payload signs with the first algorithm and accepts all of them. */
const HASHES = new Map<unknown, string>([
  ['HS256', 'SHA-256'],
  ['HS384', 'SHA-384'],
  ['HS512', 'SHA-512'],
])

/**
 * Returns a check whether a token's text was signed with one of the secrets of a Payload config. It
 * does not check the expiry or `authVersion`.
 */
export function signatureCheck(
  secrets: string | readonly string[],
): (text: string) => Promise<boolean> {
  const isSignedBy = hmacCheck(secrets)
  return async (text) => {
    const parts = text.split('.')
    if (parts.length !== 3 || parts.includes('')) return false
    return isSignedBy(text, readHeader(text)?.alg)
  }
}

/**
 * Returns a check of the signature alone, by an algorithm that the caller has read. It uses
 * WebCrypto, derives the keys as Payload does, and imports each of them once. `text` has the three
 * parts of a compact JWS.
 */
export function hmacCheck(
  secrets: string | readonly string[],
): (text: string, algorithm: unknown) => Promise<boolean> {
  const imported = new Map<string, readonly CryptoKey[]>()

  // Only keys are kept and no promise: in some runtimes a promise belongs to one request.
  const keysFor = async (hash: string) => {
    const known = imported.get(hash)
    if (known) return known
    const keys = await Promise.all([secrets].flat().map((secret) => payloadKey(secret, hash)))
    imported.set(hash, keys)
    return keys
  }

  return async (text, algorithm) => {
    const hash = HASHES.get(algorithm)
    const end = text.lastIndexOf('.')
    const signature = bytesOf(text.slice(end + 1))
    if (!hash || !signature) return false
    const signed = encoder.encode(text.slice(0, end))
    for (const key of await keysFor(hash)) {
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true
    }
    return false
  }
}

/** Made from the first 32 hexadecimal digits of the secret's SHA-256, as text. */
async function payloadKey(secret: string, hash: string): Promise<CryptoKey> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret)))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const material = encoder.encode(hex.slice(0, 32))
  return crypto.subtle.importKey('raw', material, { name: 'HMAC', hash }, false, ['verify'])
}

const encoder = new TextEncoder()

/** `undefined` when the text is not base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', ''))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
