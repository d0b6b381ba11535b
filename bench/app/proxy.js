import { createGuard } from 'payload-jwt-revocation/next'

export const proxy = createGuard()

/** One build serves all variants, so the guard is asked only where the benchmark wants it. */
export const config = {
  matcher: [{ source: '/api/:path*', has: [{ type: 'header', key: 'x-bench-guard' }] }],
}
