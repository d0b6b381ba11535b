import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { de } from '@payloadcms/translations/languages/de'
import { en } from '@payloadcms/translations/languages/en'
import { es } from '@payloadcms/translations/languages/es'
import { fr } from '@payloadcms/translations/languages/fr'
import { ja } from '@payloadcms/translations/languages/ja'
import { zh } from '@payloadcms/translations/languages/zh'
import { buildConfig, defaultLoggerOptions } from 'payload'
import { jwtRevocation } from 'payload-jwt-revocation'
import { redisFeed } from 'payload-jwt-revocation/redis'

import { isAdministrator } from './access.ts'
import { Customers } from './collections/Customers.ts'
import { Notes } from './collections/Notes.ts'
import { Posts } from './collections/Posts.ts'
import { Users } from './collections/Users.ts'
import { whoami } from './endpoints/whoami.ts'
import { Site } from './globals/Site.ts'
import { consoleEmail } from './lib/consoleEmail.ts'
import { mainDatabase } from './lib/databases.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const redisUrl = process.env.REDIS_URL
const serviceSecret = process.env.SERVICE_SECRET

export default buildConfig({
  admin: {
    user: Users.slug,
    avatar: 'default',
    importMap: {
      baseDir: here,
      importMapFile: path.resolve(here, 'app/(payload)/admin/importMap.js'),
    },
    meta: { titleSuffix: ' · payload-jwt-revocation' },
  },
  collections: [Users, Customers, Notes, Posts],
  globals: [Site],
  endpoints: [whoami],
  db: sqliteAdapter({
    client: { url: mainDatabase() },
    busyTimeout: 5_000,
    wal: true,
  }),
  email: consoleEmail,
  i18n: { supportedLanguages: { de, en, es, fr, ja, zh } },
  logger: {
    destination: defaultLoggerOptions,
    options: { level: process.env.PAYLOAD_LOG_LEVEL ?? 'info' },
  },
  plugins: [
    jwtRevocation({
      access: { administrator: ({ req }) => isAdministrator(req.user) },
      reauthentication: process.env.REAUTHENTICATION === 'true',
      trustProxy: Number(process.env.TRUST_PROXY ?? 0),
      ...(serviceSecret && {
        services: [{ id: 'other-service', secret: serviceSecret, claims: ['email'] }],
      }),
      ...(redisUrl ? { feed: redisFeed({ url: redisUrl }) } : {}),
    }),
  ],
  secret: process.env.PAYLOAD_SECRET ?? 'only-for-development-on-one-machine',
  telemetry: false,
  typescript: { outputFile: path.resolve(here, 'payload-types.ts') },
})
