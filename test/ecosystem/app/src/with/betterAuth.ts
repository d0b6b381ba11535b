import type { Config } from 'payload'
import { betterAuthPlugin } from 'payload-auth/better-auth'

import { ending, revocation } from './revocation'

export const configure = (base: Config): Config => ({
  ...base,
  collections: base.collections?.filter(({ slug }) => slug !== 'users'),
  plugins: [
    betterAuthPlugin({
      users: { slug: 'users', roles: ['user', 'admin'], adminRoles: ['admin'] },
      betterAuthOptions: {
        appName: 'app',
        baseURL: process.env.ORIGIN,
        secret: process.env.PAYLOAD_SECRET,
        emailAndPassword: { enabled: true },
        rateLimit: { enabled: false },
      },
    }),
    ...revocation(
      ending((payload, user) => payload.delete({ collection: 'sessions', where: { user } })),
    ),
  ],
})
