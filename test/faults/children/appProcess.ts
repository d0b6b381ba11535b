/** An app: Payload with the plugin on a shared database, asked over HTTP. */
import { buildConfig, getPayload, handleEndpoints, type Payload } from 'payload'
import { jwtRevocation } from 'payload-jwt-revocation'
import { redisFeed } from 'payload-jwt-revocation/redis'
import {
  BOUND_MS,
  type ChildSettings,
  GRACE_MS,
  POLL_INTERVAL_MS,
  readSettings,
  SECRET,
  TOKEN_LIFETIME_S,
} from '../settings.js'
import { databaseAdapter } from './databaseAdapter.js'
import { naiveDenylist } from './naiveDenylist.js'
import { serve } from './serve.js'
import { withoutRefill } from './weakenedFeed.js'

const settings = readSettings()
const config = await buildConfig({
  secret: SECRET,
  telemetry: false,
  typescript: { autoGenerate: false },
  logger: { options: { level: process.env.FAULTS_LOG_LEVEL ?? 'error' } },
  email: () => ({
    name: 'silent',
    defaultFromAddress: 'app@example.com',
    defaultFromName: 'App',
    sendEmail: async () => {},
  }),
  db: databaseAdapter(settings),
  collections: [
    {
      slug: 'users',
      auth: { maxLoginAttempts: 0, tokenExpiration: TOKEN_LIFETIME_S, useSessions: false },
      fields: [{ name: 'disabled', type: 'checkbox' }],
    },
  ],
  plugins: settings.without === 'ledger' ? [] : [pluginFor(settings)],
})
const payload = await getPayload({ config })
if (settings.users) await createUsers(payload, settings.users)

const handle = (request: Request) => handleEndpoints({ config, request })
serve(settings.without === 'ledger' ? naively(naiveDenylist(settings.redis.url ?? '')) : handle)

function pluginFor({ redis, without }: ChildSettings) {
  const feed = redisFeed(redis)
  const hour = 3_600
  return jwtRevocation({
    feed: without === 'refill' ? withoutRefill(feed) : feed,
    revokeWhen: ({ doc, previousDoc }) => doc.disabled === true && !previousDoc.disabled,
    rotation: { grace: GRACE_MS / 1_000 },
    pollInterval: without === 'anti-entropy' ? hour : POLL_INTERVAL_MS / 1_000,
    maxStaleness:
      without === 'anti-entropy' || without === 'staleness-bound' ? 2 * hour : BOUND_MS / 1_000,
  })
}

function naively(denylist: ReturnType<typeof naiveDenylist>) {
  return async (request: Request) => {
    const refusal = await denylist.refusal(request)
    if (refusal) return refusal
    const response = await handle(request.clone())
    if (request.url.endsWith('/logout') && response.ok) await denylist.revoke(request)
    return response
  }
}

/** One password is hashed for real and shared, because hashing takes a tenth of a second. */
async function createUsers({ create, db }: Payload, users: ChildSettings['users'] = []) {
  const [first, ...others] = users
  if (!first || (await db.count({ collection: 'users' })).totalDocs > 0) return
  await create({ collection: 'users', data: first })
  const { docs } = await db.find<{ hash: string; salt: string }>({ collection: 'users' })
  const { hash, salt } = docs[0] ?? {}
  for (const { email } of others) {
    await db.create({ collection: 'users', data: { email, hash, salt } })
  }
}
