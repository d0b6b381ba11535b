/** The members of a JSON object, such as a token's claims. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The claims of a compact JWS (RFC 7515 §3.1). They are decoded as leniently as verifiers do,
 * without checking the signature. `undefined` when the text is not a JWT.
 */
export function readClaims(text: string): JsonObject | undefined {
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  return first < 0 || second < 0 ? undefined : readPart(text.slice(first + 1, second))
}

/** The protected header of a compact JWS, read in the same way. */
export function readHeader(text: string): JsonObject | undefined {
  const first = text.indexOf('.')
  return first < 0 ? undefined : readPart(text.slice(0, first))
}

function readPart(encoded: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(decodeBase64url(encoded))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NON_ASCII = /[^\0-\x7f]/

function decodeBase64url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', ''))
  if (!NON_ASCII.test(binary)) return binary
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)))
}
