import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard({ loginPath: '/login' })

export const config = { matcher: ['/account/:path*'] }
