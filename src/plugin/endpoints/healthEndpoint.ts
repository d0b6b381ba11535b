import { timingSafeEqual } from 'node:crypto'
import type { Endpoint, PayloadRequest } from 'payload'
import type { Settings } from '../config/settings.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { errorResponse, json } from './call.js'
import { forbidden, unauthenticated } from './callError.js'
import { healthOf } from './healthOf.js'

/**
 * `GET /api/revocation/health`, for administrators or with the bearer secret: how fresh this
 * process's denylist is and what it contains. 503 while it is too stale to judge a token, otherwise
 * 200.
 */
export const healthEndpoint: Endpoint = {
  path: '/revocation/health',
  method: 'get',
  handler: async (req) => {
    const runtime = runtimeOf(req.payload)
    const { settings } = runtime
    if (!(hasSecret(req, settings) || (await settings.administrator({ req })))) {
      return errorResponse(req.user ? forbidden() : unauthenticated())
    }
    const health = await healthOf(runtime)
    return json(health, { status: health.status === 'stale' ? 503 : 200 })
  },
}

function hasSecret({ headers }: PayloadRequest, { healthSecret }: Settings): boolean {
  if (!healthSecret) return false
  const given = Buffer.from(headers.get('Authorization') ?? '')
  const expected = Buffer.from(`Bearer ${healthSecret}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
