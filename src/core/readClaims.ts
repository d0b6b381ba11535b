/**
 * The claims of a compact JWS (RFC 7515 §3.1). They are decoded as leniently as verifiers do,
 * without checking the signature. `undefined` when the text is not a JWT.
 */
export function readClaims(text: string): Readonly<Record<string, unknown>> | undefined {
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  if (first < 0 || second < 0) return undefined
  try {
    const claims: unknown = JSON.parse(decodeBase64url(text.slice(first + 1, second)))
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

const NON_ASCII = /[^\0-\x7f]/

function decodeBase64url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', ''))
  if (!NON_ASCII.test(binary)) return binary
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)))
}
