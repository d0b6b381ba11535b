import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard({ loginPath: '/login' })

/**
 * The whole site, so that the tests try the guard on every path. An app of yours needs its protected
 * pages alone, as in the README: whatever a proxy matches, Next.js buffers, and cuts at 10 MB.
 * `/stateless` is the Payload without the plugin, for comparison in the replay lab.
 */
export const config = {
  matcher: ['/((?!_next/static|_next/image|favicon.ico|stateless/).*)'],
}
