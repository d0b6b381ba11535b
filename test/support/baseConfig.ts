import type { Config } from 'payload'

export const MEMBER = { email: 'member@example.com', password: 'member-password' }
export const ADMIN = { email: 'admin@example.com', password: 'admin-password' }

/**
 * Two auth collections, private and public data, a global and two custom endpoints. The accounts
 * have no versions, which Payload 4 keeps by default and writes after each save.
 */
export const baseConfig = (): Omit<Config, 'db'> => ({
  admin: { user: 'users' },
  secret: 'a-secret-of-the-tests',
  telemetry: false,
  typescript: { autoGenerate: false },
  logger: { options: { level: process.env.TEST_LOG_LEVEL ?? 'silent' } },
  email: () => ({
    name: 'silent',
    defaultFromAddress: 'app@example.com',
    defaultFromName: 'App',
    sendEmail: async () => {},
  }),
  collections: [
    {
      slug: 'users',
      auth: true,
      versions: false,
      access: { read: () => true, update: ({ req }) => Boolean(req.user) },
      fields: [{ name: 'role', type: 'text', saveToJWT: true }],
    },
    {
      slug: 'customers',
      auth: { useAPIKey: true },
      versions: false,
      // From Payload 4 on, the default is for users of the admin panel alone.
      access: { read: ({ req }) => Boolean(req.user) },
      fields: [],
    },
    {
      slug: 'notes',
      access: { read: ({ req }) => Boolean(req.user), create: ({ req }) => Boolean(req.user) },
      fields: [{ name: 'title', type: 'text' }],
      endpoints: [
        {
          path: '/count',
          method: 'get',
          handler: async (req) => Response.json(await req.payload.count({ collection: 'notes' })),
        },
      ],
    },
    {
      slug: 'posts',
      access: { read: () => true },
      fields: [{ name: 'title', type: 'text' }],
    },
  ],
  globals: [
    { slug: 'site', access: { read: () => true }, fields: [{ name: 'name', type: 'text' }] },
  ],
  endpoints: [
    {
      path: '/whoami',
      method: 'get',
      handler: (req) => Response.json({ email: req.user?.email ?? null }),
    },
  ],
})
