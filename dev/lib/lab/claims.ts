/** The claims of a token, decoded in a browser, without verification. */
export function claimsOf(token: string): Record<string, unknown> {
  const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
}

/** When it expires, in milliseconds since the epoch. */
export const expiryOf = (token: string): number => Number(claimsOf(token).exp) * 1_000
