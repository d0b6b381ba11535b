import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig } from 'payload'
import { de } from 'payload/i18n/de'

import { Users } from './collections/Users'

const dirname = path.dirname(fileURLToPath(import.meta.url))
const frontEnds = process.env.FRONT_ENDS?.split(' ') ?? []

export default buildConfig({
  admin: {
    user: Users.slug,
    components: {
      beforeLogin: ['@/components/BeforeLogin#BeforeLogin'],
      views: { about: { Component: '@/components/About#About', path: '/about' } },
    },
    importMap: {
      baseDir: path.resolve(dirname),
    },
  },
  collections: [Users],
  cors: frontEnds,
  csrf: frontEnds,
  i18n: { fallbackLanguage: 'de', supportedLanguages: { de } },
  routes: { admin: '/backstage', api: '/rest', graphQL: '/query' },
  secret: process.env.PAYLOAD_SECRET || '',
  typescript: {
    outputFile: path.resolve(dirname, 'payload-types.ts'),
  },
  db: sqliteAdapter({
    client: { url: process.env.DATABASE_URL || '' },
  }),
  plugins: [],
})
