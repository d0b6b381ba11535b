import { RevocationError } from '../core/errors.js'
import { type Credential, tokenTextOf } from '../core/extractToken.js'
import { OPEN_PATHS, pathMatcher, withoutEndSlash } from '../core/openPaths.js'
import { processWide } from '../core/processWide.js'
import { refusalFor } from '../core/refusalFor.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'
import { readToken } from '../core/token.js'
import { isPageWanted } from '../core/visit.js'
import type { TokenEnd } from '../core/watching.js'
import { watchToken } from '../core/watchToken.js'
import {
  type GuardedRequest,
  goOnWithout,
  isServerFunction,
  toLogin,
  unauthorized,
} from './answers.js'
import type { GuardOptions } from './guardOptions.js'
import { ownRuntime } from './ownRuntime.js'
import { payloadPaths } from './payloadPaths.js'
import { validateGuardOptions } from './validateGuardOptions.js'

export interface Guard {
  /** `undefined` lets the request continue. */
  (request: Request): Promise<Response | undefined>
  /**
   * For a WebSocket or an event stream that stays open: calls `onEnd` once, when the token is no
   * longer good. Verify the token first, because the signature is not checked in a process without
   * Payload. The returned function cancels.
   *
   * @throws RevocationError `token-not-ours` when `credential` contains no token of this
   * application; `not-started` when Payload does not run (yet) in this process and there is no
   * `feed`
   */
  onTokenRevoked(credential: Credential, onEnd: (end: TokenEnd) => void): () => void
}

/**
 * Refuses revoked tokens before Next.js renders anything. A page navigation is redirected to
 * `/login?redirect=…` and its cookie is cleared. Scripts, and everything below the API path, get
 * 401. Requests without a token continue.
 *
 * The guard is an early, cheap check; Payload's own gate is the real protection. In the process in
 * which Payload runs, the guard asks the same denylist. If Payload does not run (yet) in this
 * process and there is no `feed`, requests continue to the gate. In a process without Payload it
 * refuses everywhere but at the paths that the options name. Servers that are not in front of a
 * Payload app use `createVerifier` from `payload-jwt-revocation/verify`.
 *
 * @example export const proxy = createGuard({ loginPath: '/login' })
 * @throws RevocationError `invalid-option`
 */
export function createGuard(options: GuardOptions = {}): Guard {
  validateGuardOptions(options)
  const isOpenPath = pathMatcher(options.openPaths ?? [])
  let own: SharedRuntime | undefined

  const runtimes = (): Iterable<SharedRuntime> => {
    const { running } = processWide()
    if (running.size > 0) return running
    if (!options.feed) {
      warnOnTheEdge()
      return running
    }
    own ??= ownRuntime(options.feed, options)
    return [own]
  }

  const guard = async (request: GuardedRequest) => {
    const { basePath, path } = pathOf(request)
    for (const runtime of runtimes()) {
      const { admin, api, loginPath } = payloadPaths(request, runtime, options)
      const isOfApi = isUnder(path, api ?? '/api')
      // Payload's own gate redirects to its own login page.
      if (admin && isUnder(path, admin) && !isOfApi) continue
      // Payload's gate refuses it too, and tells a tab that was asleep why it was signed out.
      if (path === `${api}/revocation/live` && runtime.routes) continue
      if (api !== undefined && isOfApi && isSignIn(request.method, path.slice(api.length))) continue
      if (isOpenPath(path) || runtime.isOpen?.(request.method, path)) continue
      const isLogin =
        loginPath !== undefined && withoutEndSlash(path) === withoutEndSlash(loginPath)
      // A program that logs in by the address of the page.
      if (isLogin && !isPageWanted(request.headers)) continue
      const refusal = await refusalFor(request.headers, runtime)
      if (!refusal) continue
      const isShown = options.onRevoked === 'anonymous' && request.nextUrl && !isOfApi
      if (isLogin || (isShown && refusal.status === 'revoked')) {
        return goOnWithout(refusal, { location: runtime.location, request })
      }
      const mayBeForGate = api !== undefined && isOfApi && refusal.scope === 'token'
      if (mayBeForGate && (await runtime.isForGate?.(request))) continue
      const { headers, method } = request
      runtime.logRefusal?.(refusal, { headers, method, path })
      const isLed = !isOfApi && (isPageWanted(request.headers) || isServerFunction(request))
      if (refusal.status === 'unknown' || !isLed || loginPath === undefined) {
        return unauthorized(refusal, { addCors: runtime.addCors, request })
      }
      const query = new URLSearchParams({ redirect: pathBack(request, { path, options }) })
      return toLogin(refusal, { location: `${basePath}${loginPath}?${query}`, request })
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

/** Logging in, and what helps with it, needs no good token. */
const isSignIn = (() => {
  const isOpen = pathMatcher(OPEN_PATHS.map((path) => `/:collection${path}`))
  return (method: string, path: string) => method === 'POST' && isOpen(path)
})()

/** Next.js puts `basePath` before every path, also in links and redirects. */
function pathOf({ nextUrl, url }: GuardedRequest) {
  const { pathname } = new URL(url)
  const basePath = nextUrl?.basePath ?? ''
  const isBelow = basePath !== '' && isUnder(pathname, basePath)
  return { basePath, path: (isBelow ? pathname.slice(basePath.length) : pathname) || '/' }
}

/**
 * The path to return to after login. Of the query it keeps only the parameters that the application
 * listed, because others may be secret.
 */
function pathBack(
  { url }: Request,
  { path, options: { redirectQuery = [] } }: { path: string; options: GuardOptions },
): string {
  const given = new URL(url).searchParams
  const kept = new URLSearchParams([...given].filter(([name]) => redirectQuery.includes(name)))
  // A path that begins with two slashes would name another host.
  return path.replace(/^\/+/, '/') + (kept.size > 0 ? `?${kept}` : '')
}

const isUnder = (pathname: string, path: string) =>
  pathname === path || pathname.startsWith(`${path}/`)

let hasWarned = false

/** Middleware of Next.js 15 runs there, and would silently let everything through. */
function warnOnTheEdge() {
  if (hasWarned || !('EdgeRuntime' in globalThis)) return
  hasWarned = true
  console.warn(
    'Revocations: this guard runs in the Edge runtime, where it can reach neither Payload nor a feed, so it refuses nothing. Payload itself still refuses revoked tokens. Use proxy.ts in Next.js 16.',
  )
}
