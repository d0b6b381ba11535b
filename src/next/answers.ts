import { type TokenLocation, withoutToken } from '../core/extractToken.js'
import { type Refusal, refusalResponse } from '../core/refusal.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'

/** A request as `proxy.ts` gets it; other servers have no `nextUrl`. */
export type GuardedRequest = Request & { readonly nextUrl?: { readonly basePath?: string } }

/** 401, or 503 while the token cannot be judged, for whatever is no page. */
export async function unauthorized(
  refusal: Refusal,
  { addCors, request }: { addCors: SharedRuntime['addCors']; request: Request },
): Promise<Response> {
  const response = await refusalResponse(refusal)
  addCors?.(response.headers, request.headers)
  return response
}

/** Leads whoever goes to a page to the login page; the router, which calls a server function, too. */
export async function toLogin(
  refusal: Refusal,
  { location, request }: { location: string; request: Request },
): Promise<Response> {
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  // It calls by fetch, which would follow a Location on its own.
  if (isServerFunction(request)) headers.set('X-Action-Redirect', `${location};push`)
  else headers.set('Location', new URL(location, request.url).href)
  await clear(refusal, headers)
  return new Response(null, { status: isReading(request) ? 307 : 303, headers })
}

/**
 * Lets a request go on as that of somebody who is not logged in. Next.js alone can be told so, by
 * what `NextResponse.next()` answers; a request of another server goes on as it is.
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
