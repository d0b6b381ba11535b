import { type TokenLocation, withoutToken } from '../core/extractToken.js'
import { type Refusal, refusalResponse } from '../core/refusal.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'

/** A request as `proxy.ts` receives it. Other servers have no `nextUrl`. */
export type GuardedRequest = Request & { readonly nextUrl?: { readonly basePath?: string } }

/** 401, or 503 while the token cannot be judged. For every request that does not want a page. */
export async function unauthorized(
  refusal: Refusal,
  { addCors, request }: { addCors: SharedRuntime['addCors']; request: Request },
): Promise<Response> {
  const response = await refusalResponse(refusal)
  addCors?.(response.headers, request.headers)
  return response
}

/** Redirects page navigations, and calls of server functions, to the login page. */
export async function toLogin(
  refusal: Refusal,
  { location, request }: { location: string; request: Request },
): Promise<Response> {
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  // The router calls it with `fetch`, which would follow a `Location` header by itself.
  if (isServerFunction(request)) headers.set('X-Action-Redirect', `${location};push`)
  else headers.set('Location', new URL(location, request.url).href)
  await clear(refusal, headers)
  return new Response(null, { status: isReading(request) ? 307 : 303, headers })
}

/**
 * Lets a request continue as a visitor who is not logged in. Only Next.js can be told that, with
 * the headers that `NextResponse.next()` sets. On other servers the request continues unchanged.
 */
export async function goOnWithout(
  refusal: Refusal,
  { location, request }: { location: TokenLocation; request: GuardedRequest },
): Promise<Response | undefined> {
  if (!request.nextUrl) return undefined
  const headers = new Headers({ 'x-middleware-next': '1' })
  const names: string[] = []
  withoutToken(request.headers, location).forEach((value, name) => {
    names.push(name)
    headers.set(`x-middleware-request-${name}`, value)
  })
  headers.set('x-middleware-override-headers', names.join(','))
  await clear(refusal, headers)
  return new Response(null, { headers })
}

export const isServerFunction = ({ headers }: Request) => headers.has('Next-Action')

async function clear({ clearCookie }: Refusal, headers: Headers) {
  const cleared = await clearCookie?.()
  if (cleared) headers.set('Set-Cookie', cleared)
}

const isReading = ({ method }: Request) => method === 'GET' || method === 'HEAD'
