import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, type Config, type Plugin } from 'payload'
import { existsDenylist } from './existsDenylist.js'
import { VARIANTS, type Variant } from './variants.js'

/** The smallest Payload with users, on its own database file or on another database. */
export function payloadConfig({
  variant,
  database,
  redisUrl = '',
  plugin,
  db = sqliteAdapter({ client: { url: `file:${database}` }, busyTimeout: 5_000, wal: true }),
}: {
  variant: Variant
  database: string
  /** Only the hand-written strategy uses it. */
  redisUrl?: string
  /** `jwtRevocation()` of the built package. The caller imports it and passes it in. */
  plugin: Plugin
  db?: Config['db'] | undefined
}) {
  const { auth } = VARIANTS[variant]
  const denylist = variant === 'exists' ? existsDenylist(redisUrl) : undefined
  return buildConfig({
    admin: { user: 'users' },
    collections: [
      denylist
        ? {
            slug: 'users',
            auth: { useSessions: false, strategies: [denylist.strategy] },
            fields: [],
            hooks: denylist.hooks,
          }
        : { slug: 'users', auth, fields: [] },
    ],
    db,
    email: () => ({
      name: 'silent',
      defaultFromAddress: 'bench@example.com',
      defaultFromName: 'Bench',
      sendEmail: async () => {},
    }),
    logger: { options: { level: 'error' } },
    plugins: variant === 'plugin' ? [plugin] : [],
    secret: 'a-secret-of-the-benchmark',
    telemetry: false,
    typescript: { autoGenerate: false },
  })
}
