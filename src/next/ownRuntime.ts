import { boundedLogger } from '../core/boundedLogger.js'
import { createClearCookie } from '../core/clearCookie.js'
import { createDenylist } from '../core/denylist.js'
import {
  cookieName,
  DEFAULT_TOKEN_LOCATION,
  type TokenLocation,
  tokenTextOf,
} from '../core/extractToken.js'
import type { Feed, Lookup } from '../core/ports.js'
import { DEFAULT_REST_AFTER } from '../core/rest.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'
import { signatureCheck } from '../core/signature.js'
import { readToken, subjectsOf, type Token } from '../core/token.js'
import type { GuardOptions } from './guardOptions.js'

/**
 * The runtime of a guard in a process without Payload. It knows what its feed and its options say.
 */
export function ownRuntime(feed: Feed, options: GuardOptions): SharedRuntime {
  const { maxTokenLifetime = 7_200, maxStaleness = 10, whenStale, cookieDomain, cors } = options
  const { restAfter = DEFAULT_REST_AFTER } = options
  const location: TokenLocation = {
    cookiePrefix: options.cookiePrefix ?? DEFAULT_TOKEN_LOCATION.cookiePrefix,
    jwtOrder: options.jwtOrder ?? DEFAULT_TOKEN_LOCATION.jwtOrder,
    csrf: options.csrf ?? DEFAULT_TOKEN_LOCATION.csrf,
  }
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
    async isForGate({ headers, method, url }) {
      const text = tokenTextOf(headers, location)
      const token = text === undefined ? undefined : readToken(text)
      const isRefresh = method === 'POST' && /\/refresh-token\/?$/.test(new URL(url).pathname)
      return isRefresh && token !== undefined && isRotated(token).catch(() => false)
    },
    denylist: createDenylist({
      feed,
      maxTokenLifetimeMs: maxTokenLifetime * 1_000,
      maxStalenessMs: maxStaleness * 1_000,
      whenStale,
      restAfterMs: restAfter === false ? undefined : restAfter * 1_000,
      sessionLimits: {
        absoluteLifetimeMs: inMs(options.absoluteLifetime),
        idleTimeoutMs: inMs(options.idleTimeout),
      },
      logger: console,
    }),
    location,
    lifetimeOf: () => maxTokenLifetime * 1_000,
    logger: boundedLogger(console),
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

const inMs = (seconds: number | undefined) => seconds && seconds * 1_000
