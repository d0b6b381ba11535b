import { invalidClient, invalidRequest } from './oauthError.js'

/** What a service shows to prove who it is. Without an `id` the secret alone names the service. */
export interface Credentials {
  readonly id?: string
  readonly secret: string
}

/**
 * The credentials in the `Authorization` header: `client_secret_basic`, or the secret as a bearer
 * token. A client that sends this header wants to be authenticated by it, so every other content is
 * wrong.
 *
 * @throws OAuthError
 */
export function credentialsInHeader(headers: Headers): Credentials | undefined {
  const authorization = headers.get('Authorization')
  if (authorization === null) return undefined
  const [, scheme, value] = /^(basic|bearer) +([^\s,]+) *$/i.exec(authorization) ?? []
  if (!scheme || !value) throw invalidClient()
  if (scheme.toLowerCase() === 'bearer') return { secret: value }
  const pair = Buffer.from(value, 'base64').toString()
  const colon = pair.indexOf(':')
  if (colon < 0) throw invalidClient()
  return { id: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) }
}

/**
 * The credentials in the form: `client_secret_post`. A `client_id` alone proves nothing.
 *
 * @throws OAuthError
 */
export function credentialsInForm(form: ReadonlyMap<string, string>): Credentials | undefined {
  if (form.has('client_assertion')) throw invalidClient()
  const secret = form.get('client_secret')
  return secret === undefined ? undefined : { id: form.get('client_id') ?? '', secret }
}

/**
 * A client must use one way, and name one client (RFC 6749 §2.3).
 *
 * @throws OAuthError
 */
export function refuseSecondWay(id: string, form: ReadonlyMap<string, string>) {
  if (form.has('client_secret') || form.has('client_assertion')) {
    throw invalidRequest('The service authenticates in more than one way.')
  }
  if ((form.get('client_id') ?? id) !== id) {
    throw invalidRequest('The parameter client_id names another service.')
  }
}

/**
 * RFC 6749 §2.3.1 form-encodes both parts, and many clients do not. Ids and secrets contain nothing
 * that the two would write in different ways and the other would read as something else.
 */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidClient()
  }
}
