import { mcpPlugin } from '@payloadcms/plugin-mcp'
import type { Config } from 'payload'

import { ending, revocation } from './revocation'

export const configure = (base: Config): Config => ({
  ...base,
  plugins: [
    mcpPlugin({ collections: { notes: { enabled: { find: true } } } }),
    ...revocation(
      ending((payload, user) =>
        payload.delete({ collection: 'payload-mcp-api-keys', where: { user } }),
      ),
    ),
  ],
})
