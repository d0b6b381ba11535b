import { createClearCookie } from '../core/clearCookie.js'
import { cookieName, tokenTextOf } from '../core/extractToken.js'
import type { Feed, Lookup } from '../core/ports.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'
import { signatureCheck } from '../core/signature.js'
import { standalone } from '../core/standalone.js'
import { readToken, subjectsOf, type Token } from '../core/token.js'
import type { GuardOptions } from './guardOptions.js'

/**
 * The runtime of a guard in a process without Payload. It knows what its feed and its options say.
 */
export function ownRuntime(feed: Feed, options: GuardOptions): SharedRuntime {
  const { maxStaleness = 10, cookieDomain, cors } = options
  const runtime = standalone(feed, options)
  const { location } = runtime
  const domain = cookieDomain ? `; Domain=${cookieDomain}` : ''
  const expiredCookie = `${cookieName(location)}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax${domain}`
  const lookup: Lookup = {
    async find(subjects) {
      // Without an answer every cookie stays in place.
      if (!feed.find) throw new Error('This feed cannot be asked')
      return feed.find(subjects, { maxStaleness })
    },
  }
  const isRotated = async (token: Token) =>
    (await lookup.find([subjectsOf(token).token])).some(({ reason }) => reason === 'rotated')
  return {
    ...runtime,
    async isForGate({ headers, method, url }) {
      const text = tokenTextOf(headers, location)
      const token = text === undefined ? undefined : readToken(text)
      const isRefresh = method === 'POST' && /\/refresh-token\/?$/.test(new URL(url).pathname)
      return isRefresh && token !== undefined && isRotated(token).catch(() => false)
    },
    ...(cors && { addCors: (headers, request) => addCors(headers, { cors, request }) }),
    ...(options.secret !== undefined && {
      isOurs: signatureCheck(options.secret),
      clearCookie: createClearCookie({ lookup, expiredCookie: () => expiredCookie }),
    }),
  }
}

/** Adds the headers that let a page of another origin read the answer, as Payload does. */
function addCors(
  headers: Headers,
  { cors, request }: { cors: NonNullable<GuardOptions['cors']>; request: Headers },
) {
  const origin = request.get('Origin')
  if (cors === '*') headers.set('Access-Control-Allow-Origin', '*')
  else if (origin !== null && cors.includes(origin)) {
    headers.set('Access-Control-Allow-Credentials', 'true')
    headers.set('Access-Control-Allow-Origin', origin)
  }
}
