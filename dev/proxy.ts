import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard({ loginPath: '/login' })

/** `/stateless` is the Payload without the plugin, for comparison in the replay lab. */
export const config = {
  matcher: ['/((?!_next/static|_next/image|favicon.ico|stateless/).*)'],
}
