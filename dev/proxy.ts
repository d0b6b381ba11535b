import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard({ loginPath: '/login' })

/** `/stateless` is the Payload without the plugin, which the replay lab compares with. */
export const config = {
  matcher: ['/((?!_next/static|_next/image|favicon.ico|stateless/).*)'],
}
