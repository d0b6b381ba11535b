/** Where Payload looks for its token. The plugin reads this from Payload's own config. */
export interface TokenLocation {
  /** The cookie is named `<cookiePrefix>-token`. Payload's default is `payload`. */
  readonly cookiePrefix: string
  /** `auth.jwtOrder` of the Payload config. Payload's default is `['JWT', 'Bearer', 'cookie']`. */
  readonly jwtOrder: readonly string[]
  /** `csrf` of the Payload config: the origins whose cookies count; empty means all. */
  readonly csrf: readonly string[]
}

export const DEFAULT_TOKEN_LOCATION: TokenLocation = {
  cookiePrefix: 'payload',
  jwtOrder: ['JWT', 'Bearer', 'cookie'],
  csrf: [],
}

export interface ExtractedToken {
  readonly text: string
  readonly from: 'cookie' | 'header'
}

/**
 * The token that Payload would take from these headers, chosen as Payload chooses it. Where Payload
 * would find none, an `Authorization` scheme in another case counts too (RFC 9110 §11.1: schemes
 * are case-insensitive). So a revoked token is refused in every spelling.
 */
export function extractToken(
  headers: Headers,
  location: TokenLocation,
): ExtractedToken | undefined {
  const authorization = headers.get('Authorization')
  for (const method of location.jwtOrder) {
    const text =
      method === 'cookie'
        ? cookieToken(headers, location)
        : authorization?.startsWith(`${method} `) && authorization.slice(method.length + 1)
    if (text) return { text, from: method === 'cookie' ? 'cookie' : 'header' }
  }
  const scheme = authorization?.match(/^(?:jwt|bearer)\s+/i)
  const text = scheme && authorization?.slice(scheme[0].length)
  return text ? { text, from: 'header' } : undefined
}

/** The same headers without the places where Payload looks for a token. */
export function withoutToken(
  headers: Headers,
  location: Pick<TokenLocation, 'cookiePrefix'>,
): Headers {
  const rest = new Headers(headers)
  if (/^(?:jwt|bearer)\s/i.test(rest.get('Authorization') ?? '')) rest.delete('Authorization')
  const cookie = rest.get('Cookie')
  if (cookie !== null) {
    const kept = cookie.split(';').filter((pair) => nameOf(pair) !== cookieName(location))
    if (kept.length > 0) rest.set('Cookie', kept.join(';'))
    else rest.delete('Cookie')
  }
  return rest
}

/** The name of the cookie that carries the token. */
export const cookieName = ({ cookiePrefix }: Pick<TokenLocation, 'cookiePrefix'>) =>
  `${cookiePrefix}-token`

/** The last cookie of that name that can be decoded, read as Payload's `parseCookies` reads it. */
function cookieToken(headers: Headers, location: TokenLocation): string | undefined {
  const cookie = headers.get('Cookie')
  if (cookie === null || !isFromAllowedOrigin(headers, location.csrf)) return undefined
  const wanted = cookieName(location)
  let token: string | undefined
  for (const pair of cookie.split(';')) {
    if (nameOf(pair) === wanted) token = decodeCookieValue(encodedValueOf(pair)) ?? token
  }
  return token
}

/**
 * Payload's CSRF rule: check `Origin` against the list, or `Sec-Fetch-Site` if there is no origin.
 */
function isFromAllowedOrigin(headers: Headers, csrf: readonly string[]): boolean {
  if (csrf.length === 0) return true
  const origin = headers.get('Origin')
  if (origin) return csrf.includes(origin)
  return ['same-origin', 'same-site', 'none'].includes(headers.get('Sec-Fetch-Site') ?? '')
}

/** Trims what Payload's parser tolerates around a name, so that the token cannot hide behind it. */
function nameOf(pair: string): string {
  const equals = pair.indexOf('=')
  return (equals < 0 ? pair : pair.slice(0, equals)).trim()
}

const encodedValueOf = (pair: string) =>
  pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : ''

function decodeCookieValue(value: string): string | undefined {
  if (!value.includes('%')) return value
  try {
    return decodeURI(value)
  } catch {
    return undefined
  }
}

/** A request or its headers, of the web platform or of `node:http`; or a token's text. */
export type Credential =
  | string
  | Headers
  | Readonly<Record<string, string | string[] | undefined>>
  | { readonly headers: Headers | Readonly<Record<string, string | string[] | undefined>> }

/** The token's text. It is taken from headers exactly as Payload would. */
export function tokenTextOf(credential: Credential, location: TokenLocation): string | undefined {
  if (typeof credential === 'string') return credential
  return extractToken(headersIn(credential), location)?.text
}

function headersIn(credential: Exclude<Credential, string>): Headers {
  // First, since the requests of some frameworks have a `get`, too. The value of a header that is
  // called `headers` is text.
  if ('headers' in credential && typeof credential.headers === 'object') {
    if (!Array.isArray(credential.headers)) return headersIn(credential.headers)
  }
  if (isHeaders(credential)) return credential
  const headers = new Headers()
  for (const [name, value] of Object.entries(credential)) {
    // The pseudo-headers of HTTP/2 are not valid header names.
    if (value === undefined || name.startsWith(':')) continue
    for (const each of [value].flat()) headers.append(name, each)
  }
  return headers
}

/** Not by `instanceof`: a framework may bring a class of its own. */
const isHeaders = (value: object): value is Headers =>
  'get' in value && typeof value.get === 'function'
