import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, type Plugin } from 'payload'
import { VARIANTS, type Variant } from './variants.js'

/** The smallest Payload with users, on a database file of its own. */
export function payloadConfig({
  variant,
  database,
  plugin,
}: {
  variant: Variant
  database: string
  /** `jwtRevocation()` of the built package, passed in by whoever can import it. */
  plugin: Plugin
}) {
  const { auth, hasPlugin } = VARIANTS[variant]
  return buildConfig({
    admin: { user: 'users' },
    collections: [{ slug: 'users', auth, fields: [] }],
    db: sqliteAdapter({ client: { url: `file:${database}` }, busyTimeout: 5_000, wal: true }),
    email: () => ({
      name: 'silent',
      defaultFromAddress: 'bench@example.com',
      defaultFromName: 'Bench',
      sendEmail: async () => {},
    }),
    logger: { options: { level: 'error' } },
    plugins: hasPlugin ? [plugin] : [],
    secret: 'a-secret-of-the-benchmark',
    telemetry: false,
    typescript: { autoGenerate: false },
  })
}
