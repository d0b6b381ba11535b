import { extractToken, type TokenLocation } from './extractToken.js'

/** A token's text, or the headers of the request that showed it (those of `node:http` too). */
export type Credential = string | Headers | Readonly<Record<string, string | string[] | undefined>>

/** The token's text, taken from headers exactly as Payload would. */
export function tokenTextOf(credential: Credential, location: TokenLocation): string | undefined {
  if (typeof credential === 'string') return credential
  if (credential instanceof Headers) return extractToken(credential, location)?.text
  const headers = new Headers()
  for (const [name, value] of Object.entries(credential)) {
    // HTTP/2's pseudo-headers are no names of headers.
    if (value === undefined || name.startsWith(':')) continue
    for (const each of [value].flat()) headers.append(name, each)
  }
  return extractToken(headers, location)?.text
}
