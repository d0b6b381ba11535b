import type { PayloadRequest } from 'payload'

const QUERY = '?anonymous=allow'

/** Gateways name the address that the client asked for in one of these. */
const CLIENT_ADDRESS = ['X-Forwarded-Uri', 'X-Original-Uri', 'X-Original-Url', 'X-Rewrite-Url']
/** With these Payload turns a form into the query of a GET. */
const METHOD_OVERRIDE = ['X-Payload-HTTP-Method-Override', 'X-HTTP-Method-Override']

/**
 * Whether the gateway, and not its client, asks to let in who shows no token. Some gateways add the
 * client's path (Envoy) or query (Caddy) to the address that they ask, and some pass its headers and
 * its form on. So the query counts only at the exact path, alone, and if the client did not send it.
 */
export function isAnonymousAllowed({ headers, payload, url }: PayloadRequest): boolean {
  const { pathname, search } = new URL(url ?? '', 'http://localhost')
  const isExact = pathname.endsWith(`${payload.config.routes.api}/revocation/verify`)
  const isOfClient = CLIENT_ADDRESS.some((name) => headers.get(name)?.includes(QUERY))
  const isForm = METHOD_OVERRIDE.some((name) => headers.has(name))
  return search === QUERY && isExact && !isOfClient && !isForm
}
