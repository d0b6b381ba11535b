import { mcpPlugin } from '@payloadcms/plugin-mcp'
import type { Config } from 'payload'

import { hasAddition, revocation } from './revocation'

export const configure = (base: Config): Config => ({
  ...base,
  plugins: [
    mcpPlugin({ collections: { notes: { enabled: { find: true } } } }),
    ...revocation(
      hasAddition
        ? {
            hooks: {
              onRevoke: async ({ payload, scope, collection, userId }) => {
                const isOfUser = scope === 'user' && collection === 'users'
                if (!isOfUser && scope !== 'everyone') return
                await payload.delete({
                  collection: 'payload-mcp-api-keys',
                  where: isOfUser ? { user: { equals: userId } } : { id: { exists: true } },
                })
              },
            },
          }
        : {},
    ),
  ],
})
