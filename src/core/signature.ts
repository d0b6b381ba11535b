import { readClaims } from './readClaims.js'

/** Payload signs with the first algorithm and accepts all of them. */
const HASHES = new Map<unknown, string>([
  ['HS256', 'SHA-256'],
  ['HS384', 'SHA-384'],
  ['HS512', 'SHA-512'],
])

/**
 * Returns a check whether a token's text was signed with one of the secrets of a Payload config. It
 * uses WebCrypto, and derives the keys once, as Payload does. It does not check the expiry or
 * `authVersion`.
 */
export function signatureCheck(
  secrets: string | readonly string[],
): (text: string) => Promise<boolean> {
  let materials: Promise<Uint8Array<ArrayBuffer>[]> | undefined

  return async (text) => {
    const [header, claims, signature, ...rest] = text.split('.')
    if (!header || !claims || !signature || rest.length > 0) return false
    const hash = HASHES.get(readClaims(`.${header}.`)?.alg)
    const given = bytesOf(signature)
    if (!hash || !given) return false
    materials ??= Promise.all([secrets].flat().map(payloadKey))
    const algorithm = { name: 'HMAC', hash }
    for (const material of await materials) {
      const key = await crypto.subtle.importKey('raw', material, algorithm, false, ['verify'])
      if (await crypto.subtle.verify(algorithm, key, given, encode(`${header}.${claims}`)))
        return true
    }
    return false
  }
}

/** The first 32 hexadecimal digits of the secret's SHA-256, as text. */
async function payloadKey(secret: string) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encode(secret)))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return encode(hex.slice(0, 32))
}

const encode = (text: string) => new TextEncoder().encode(text)

/** `undefined` when the text is not base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', ''))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
