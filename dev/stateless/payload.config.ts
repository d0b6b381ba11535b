import { createHash } from 'node:crypto'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, defaultLoggerOptions } from 'payload'
import { whoami } from '../endpoints/whoami.ts'
import { consoleEmail } from '../lib/consoleEmail.ts'
import { statelessDatabase } from '../lib/databases.ts'

/**
 * Payload with stateless tokens and without the plugin, for the replay lab: another instance with
 * its own database and secret, under `/stateless` of the same server.
 */
export default buildConfig({
  admin: { user: 'users', disable: true },
  routes: { api: '/stateless/api' },
  collections: [
    {
      slug: 'users',
      auth: { useSessions: false },
      access: { read: ({ req: { user } }) => (user ? { id: { equals: user.id } } : false) },
      fields: [{ name: 'role', type: 'text', saveToJWT: true }],
    },
    {
      slug: 'notes',
      access: {
        read: ({ req: { user } }) => (user ? { owner: { equals: user.id } } : false),
        create: () => false,
        update: () => false,
        delete: () => false,
      },
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'owner', type: 'relationship', relationTo: 'users' },
      ],
    },
  ],
  endpoints: [whoami],
  db: sqliteAdapter({ client: { url: statelessDatabase() }, busyTimeout: 5_000, wal: true }),
  email: consoleEmail,
  logger: {
    destination: defaultLoggerOptions,
    options: { level: process.env.PAYLOAD_LOG_LEVEL ?? 'info' },
  },
  secret: createHash('sha256')
    .update(`stateless ${process.env.PAYLOAD_SECRET ?? 'only-for-development-on-one-machine'}`)
    .digest('hex'),
  telemetry: false,
  typescript: { autoGenerate: false },
})
