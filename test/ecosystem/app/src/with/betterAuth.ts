import type { Config } from 'payload'
import { betterAuthPlugin } from 'payload-auth/better-auth'

import { hasAddition, revocation } from './revocation'

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
      hasAddition
        ? {
            hooks: {
              onRevoke: async ({ payload, scope, collection, userId }) => {
                const isOfUser = scope === 'user' && collection === 'users'
                if (!isOfUser && scope !== 'everyone') return
                await payload.delete({
                  collection: 'sessions',
                  where: isOfUser ? { user: { equals: userId } } : { id: { exists: true } },
                })
              },
            },
          }
        : {},
    ),
  ],
})
