/** A server that knows neither Payload nor its database: it asks its own guard, over Redis. */
import { createGuard } from 'payload-jwt-revocation/next'
import { redisFeed } from 'payload-jwt-revocation/redis'
import { BOUND_MS, readSettings } from '../settings.js'
import { naiveDenylist } from './naiveDenylist.js'
import { serve } from './serve.js'

const { redis, without } = readSettings()
const guard =
  without === 'ledger'
    ? naiveDenylist(redis.url ?? '').refusal
    : createGuard({
        feed: redisFeed(redis),
        maxStalenessMs: without === 'staleness-bound' ? 3_600_000 : BOUND_MS,
      })

serve(async (request) => (await guard(request)) ?? new Response('hello'))
