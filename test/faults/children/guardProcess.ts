/** A server without Payload and without its database. It asks its own guard, over Redis. */
import { createGuard } from 'payload-jwt-revocation/next'
import { redisFeed } from 'payload-jwt-revocation/redis'
import { BOUND_MS, readSettings } from '../settings.js'
import { naiveDenylist } from './naiveDenylist.js'
import { serve } from './serve.js'
import { withoutHeartbeat } from './weakenedFeed.js'

const { redis, without } = readSettings()
const isUnbounded = without === 'staleness-bound' || without === 'anti-entropy'
const guard =
  without === 'ledger'
    ? naiveDenylist(redis.url ?? '').refusal
    : createGuard({
        feed: without === 'heartbeat' ? withoutHeartbeat(redisFeed(redis)) : redisFeed(redis),
        maxStaleness: isUnbounded ? 3_600 : BOUND_MS / 1_000,
      })

serve(async (request) => (await guard(request)) ?? new Response('hello'))
