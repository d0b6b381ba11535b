/** The app of a test, as `payload revocation …` finds it in its own process. */
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig } from 'payload'
import { jwtRevocation } from '../../../src/index.js'
import { redisFeed } from '../../../src/redis/index.js'
import { baseConfig } from '../baseConfig.js'

const { COMMAND_DATABASE, COMMAND_REDIS_URL } = process.env

export default buildConfig({
  ...baseConfig(),
  logger: { options: { level: 'info' } },
  db: sqliteAdapter({
    client: { url: `file:${COMMAND_DATABASE}` },
    busyTimeout: 5_000,
    wal: true,
  }),
  onInit: () => {
    throw new Error('onInit is for servers')
  },
  plugins: [
    jwtRevocation(COMMAND_REDIS_URL ? { feed: redisFeed({ url: COMMAND_REDIS_URL }) } : {}),
  ],
})
