import { boundedLogger } from '../core/boundedLogger.js'
import { createClearCookie } from '../core/clearCookie.js'
import { createDenylist } from '../core/denylist.js'
import { RevocationError } from '../core/errors.js'
import {
  type Credential,
  cookieName,
  DEFAULT_TOKEN_LOCATION,
  type TokenLocation,
  tokenTextOf,
} from '../core/extractToken.js'
import { OPEN_PATHS } from '../core/openPaths.js'
import type { Feed, Lookup } from '../core/ports.js'
import { processWide } from '../core/processWide.js'
import { refusalResponse } from '../core/refusal.js'
import { refusalFor } from '../core/refusalFor.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'
import { signatureCheck } from '../core/signature.js'
import { readToken, subjectsOf, type Token } from '../core/token.js'
import type { TokenEnd } from '../core/watching.js'
import { watchToken } from '../core/watchToken.js'
import { type GuardOptions, validate } from './guardOptions.js'

export interface Guard {
  /** `undefined` lets the request go on. */
  (request: Request): Promise<Response | undefined>
  /**
   * Calls `onEnd` once, when the token is no longer good: for a WebSocket or an event stream that
   * stays open after it was let in. Verify the token first: where Payload does not run in this
   * process, its signature is not looked at. The returned function cancels.
   *
   * @throws RevocationError `token-not-ours` when `credential` holds no token of this application;
   *   `not-started` when Payload does not (yet) run in this process and no `feed` is given
   */
  onTokenRevoked(credential: Credential, onEnd: (end: TokenEnd) => void): () => void
}

/**
 * Refuses revoked tokens before Next.js renders anything, or before any other server that
 * speaks `Request` and `Response` answers: a page leads to `/login?redirect=…` with the cookie
 * cleared, an API path gets 401. Requests without a token go on.
 *
 * It is the early, cheap refusal; the lock is Payload's own gate. In the process in which Payload
 * runs it asks that denylist; where Payload does not (yet) run and no `feed` is given, requests
 * go on to the gate.
 *
 * @example export const proxy = createGuard({ loginPath: '/login' })
 * @throws RevocationError `invalid-option`
 */
export function createGuard(options: GuardOptions = {}): Guard {
  validate(options)
  const { loginPath = '/login' } = options
  const apiPath = withoutEndSlash(options.apiPath ?? '/api')
  const adminPath = withoutEndSlash(options.adminPath ?? '/admin')
  let own: SharedRuntime | undefined

  const runtimes = (): Iterable<SharedRuntime> => {
    const { running } = processWide()
    if (running.size > 0 || !options.feed) return running
    own ??= ownRuntime(options.feed, options)
    return [own]
  }

  const guard = async (request: Request) => {
    const { pathname, search } = new URL(request.url)
    if (isUnder(pathname, adminPath) || isOpen(request.method, pathname, apiPath, loginPath)) return
    // Payload's gate refuses it too, and tells a tab that slept why it was signed out.
    if (pathname === `${apiPath}/revocation/live` && processWide().running.size > 0) return
    for (const runtime of runtimes()) {
      const refusal = await refusalFor(request.headers, runtime)
      if (!refusal) continue
      const isOfApi = isUnder(pathname, apiPath)
      if (isOfApi && refusal.scope === 'token' && (await runtime.isForGate?.(request))) continue
      runtime.logRefusal?.(refusal, { headers: request.headers, path: pathname })
      if (refusal.status === 'unknown' || isOfApi) return refusalResponse(refusal)
      // A path that begins with two slashes would name another host.
      const path = pathname.replace(/^\/+/, '/') + search
      const target = new URL(loginPath, request.url)
      target.searchParams.set('redirect', path)
      const headers = new Headers({ 'Cache-Control': 'no-store' })
      // The router calls a server function by fetch, which would follow a Location on its own.
      if (request.headers.has('Next-Action'))
        headers.set('X-Action-Redirect', `${target.pathname}${target.search};push`)
      else headers.set('Location', target.href)
      const cleared = await refusal.clearCookie?.()
      if (cleared) headers.set('Set-Cookie', cleared)
      return new Response(null, { status: isReading(request.method) ? 307 : 303, headers })
    }
    return undefined
  }

  const onTokenRevoked: Guard['onTokenRevoked'] = (credential, onEnd) => {
    let cancels: (() => void)[] = []
    const cancel = () => {
      for (const each of cancels) each()
    }
    const end = (how: TokenEnd) => {
      cancel()
      onEnd(how)
    }
    const all = [...runtimes()]
    if (all.length === 0) throw new RevocationError('not-started')
    const watched = all.flatMap(({ denylist, isOurs, lifetimeOf, location }) => {
      const text = tokenTextOf(credential, location)
      const token = text === undefined ? undefined : readToken(text, lifetimeOf)
      return text !== undefined && token && isOurs?.(text) !== false ? [{ denylist, token }] : []
    })
    if (watched.length === 0) throw new RevocationError('token-not-ours')
    cancels = watched.map(({ denylist, token }) => watchToken(denylist, token, end))
    return cancel
  }

  return Object.assign(guard, { onTokenRevoked })
}

const isReading = (method: string) => method === 'GET' || method === 'HEAD'

const withoutEndSlash = (path: string) => path.replace(/\/$/, '')

const isUnder = (pathname: string, path: string) =>
  pathname === path || pathname.startsWith(`${path}/`)

/** Nobody needs a good token to log in: the login page, and what signs people in or helps them. */
const isOpen = (method: string, pathname: string, apiPath: string, loginPath: string) =>
  withoutEndSlash(pathname) === withoutEndSlash(loginPath) ||
  (method === 'POST' &&
    isUnder(pathname, apiPath) &&
    OPEN_API_PATH.test(pathname.slice(apiPath.length)))

const OPEN_API_PATH = new RegExp(
  `^/[^/]+(?:${OPEN_PATHS.map((path) => path.replace(/:\w+/g, '[^/]+')).join('|')})/?$`,
)

function ownRuntime(feed: Feed, options: GuardOptions): SharedRuntime {
  const { maxTokenLifetime = 7_200, maxStaleness = 10, whenStale, cookieDomain } = options
  const location: TokenLocation = {
    cookiePrefix: options.cookiePrefix ?? DEFAULT_TOKEN_LOCATION.cookiePrefix,
    jwtOrder: options.jwtOrder ?? DEFAULT_TOKEN_LOCATION.jwtOrder,
    csrf: options.csrf ?? DEFAULT_TOKEN_LOCATION.csrf,
  }
  const domain = cookieDomain ? `; Domain=${cookieDomain}` : ''
  const expiredCookie = `${cookieName(location)}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax${domain}`
  const lookup: Lookup = {
    async find(subjects) {
      // Then every cookie stays where it is.
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
      sessionLimits: {
        absoluteLifetimeMs: inMs(options.absoluteLifetime),
        idleTimeoutMs: inMs(options.idleTimeout),
      },
      logger: console,
    }),
    location,
    lifetimeOf: () => maxTokenLifetime * 1_000,
    logger: boundedLogger(console),
    ...(options.secret !== undefined && {
      isOurs: signatureCheck(options.secret),
      clearCookie: createClearCookie({ lookup, expiredCookie: () => expiredCookie }),
    }),
  }
}

const inMs = (seconds: number | undefined) => seconds && seconds * 1_000
