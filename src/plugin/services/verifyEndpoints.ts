import type { Endpoint, PayloadRequest } from 'payload'
import { extractToken } from '../../core/extractToken.js'
import { refusalResponse } from '../../core/refusal.js'
import type { Token } from '../../core/token.js'
import type { ErrorAnswer } from '../../wire/errors.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { ownToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { isAnonymousAllowed } from './isAnonymousAllowed.js'
import { isDatabaseDown } from './isDatabaseDown.js'

/** A gateway may ask with the method of the request that it holds. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const

/**
 * `/api/revocation/verify` and every path below it, by every method, for gateways that ask before
 * they pass a request on: 200 for a good token, with the names of its user and session in headers,
 * else 401, and 503 while nobody can tell. Never a redirect. The gate has answered for refused
 * tokens already. Only a token counts: an API key or auto-login does not.
 */
export const verifyEndpoints: readonly Endpoint[] = METHODS.map((method) => ({
  path: '/revocation/verify(/.*)?',
  method,
  handler: verify,
}))

async function verify(req: PayloadRequest): Promise<Response> {
  const { headers, payload } = req
  const runtime = runtimeOf(payload)
  const token = tokenOfRequest(req)
  if (token) return new Response(null, { headers: { ...NO_STORE, ...namesOf(token) } })
  const extracted = extractToken(headers, runtime.location)
  const own = extracted && ownToken(payload, extracted.text)
  const isAlive = own && own.expiresAt > Date.now()
  if (isAlive && (await isDatabaseDown(runtime))) return refusalResponse({ status: 'unknown' })
  // What this application did not sign is no token.
  if (!own && isAnonymousAllowed(req)) {
    return new Response(null, { headers: { ...NO_STORE, ...NO_NAMES } })
  }
  return unauthenticated(own ? 'Bearer error="invalid_token"' : 'Bearer')
}

const NO_STORE = { 'Cache-Control': 'no-store' }

/** Ids may hold any character. A header gets visible ASCII: the rest is percent-encoded. */
const namesOf = ({ collection, session, userId }: Token) => ({
  'X-Auth-Collection': encodeURIComponent(collection),
  'X-Auth-User': encodeURIComponent(userId),
  'X-Auth-Session': encodeURIComponent(session),
})

/** Some gateways put anything into a header that the answer lacks, even what the client sent. */
const NO_NAMES = { 'X-Auth-Collection': '', 'X-Auth-User': '', 'X-Auth-Session': '' }

/** RFC 6750 §3.1: a request without a token gets no error code. */
const unauthenticated = (challenge: string) =>
  Response.json(
    {
      errors: [{ name: 'Unauthenticated', message: 'You are not logged in.' }],
    } satisfies ErrorAnswer,
    { status: 401, headers: { ...NO_STORE, 'WWW-Authenticate': challenge } },
  )
