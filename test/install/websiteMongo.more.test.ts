import { it } from 'vitest'
import { mongoDatabase } from '../support/mongo/mongoDatabase.js'
import type { FreshApp } from './freshApp.js'
import { prove } from './prove.js'
import { answersAlike } from './twins/answersAlike.js'
import { panelAlike } from './twins/panelAlike.js'
import { twinsForTests } from './twins/twinsForTests.js'
import { websiteAsks } from './twins/websiteAsks.js'

const CONFIG = 'src/payload.config.ts'
/** The twins run on one server, each in its own database. */
const ADAPTER = `db: mongooseAdapter({
    url: process.env.MONGO_URL || '',
    connectOptions: { dbName: process.env.WITHOUT_REVOCATION ? 'without' : 'with' },
  }),`

/** The website with the adapter that its template has by default. */
async function onMongo(app: FreshApp) {
  const config = app
    .read(CONFIG)
    .replace(
      "import { sqliteAdapter } from '@payloadcms/db-sqlite'",
      "import { mongooseAdapter } from '@payloadcms/db-mongodb'",
    )
    .replace(/db: sqliteAdapter\([\s\S]*?\n {2}\}\),/, ADAPTER)
  app.write(CONFIG, config)
  await app.shell(`echo 'MONGO_URL=${await mongoDatabase()}' >> .env`)
}

const { installed, both } = twinsForTests(['preview', 'website'], {
  prepare: onMongo,
  hasMigrations: false,
  install: '@payloadcms/db-mongodb@3.90.1',
})

it('a website on MongoDB refuses a token that was logged out', () => prove(installed()))

answersAlike('a website on MongoDB', websiteAsks, both)

panelAlike(
  {
    as: 'editor',
    admin: '/admin',
    pages: ['/admin', '/admin/collections/posts', '/admin/globals/header', '/admin/account'],
  },
  both,
)
