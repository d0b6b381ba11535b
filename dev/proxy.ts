import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard({ loginPath: '/login' })

export const config = {
  matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'],
}
