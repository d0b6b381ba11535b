import { timingSafeEqual } from 'node:crypto'
import type { Endpoint, Payload, PayloadRequest } from 'payload'
import type { DenylistState } from '../core/denylist.js'
import type { Runtime } from './runtime.js'
import type { Settings } from './settings.js'

/**
 * `GET /api/revocation/health`, for administrators or a bearer secret: how fresh this process's
 * denylist is and what it holds. 503 while it is too stale to vouch for a token, else 200.
 */
export const healthEndpoint = (
  settings: Settings,
  runtimeOf: (payload: Payload) => Runtime,
): Endpoint => ({
  path: '/revocation/health',
  method: 'get',
  handler: async (req) => {
    if (!(hasSecret(req, settings) || (await settings.administrator({ req })))) {
      const status = req.user ? 403 : 401
      return Response.json({ errors: [{ message: 'Administrators only.' }] }, { status })
    }
    const { denylist } = runtimeOf(req.payload)
    await denylist.catchUp()
    const { stalenessMs, size, backlog, ...feed } = denylist.state
    const isStale = !settings.isStrict && stalenessMs > settings.maxStalenessMs
    return Response.json(
      {
        status: isStale ? 'stale' : 'ok',
        mode: modeOf(settings),
        stalenessMs: Number.isFinite(stalenessMs) ? stalenessMs : null,
        maxStalenessMs: settings.maxStalenessMs,
        whenStale: settings.whenStale,
        entries: size,
        backlog,
        feed: settings.feed ? feedHealth(feed) : null,
      },
      { status: isStale ? 503 : 200, headers: { 'Cache-Control': 'no-store' } },
    )
  },
})

const feedHealth = ({
  feedLagMs,
  feedRenewedAt,
  isFeedWell,
}: Pick<DenylistState, 'feedLagMs' | 'feedRenewedAt' | 'isFeedWell'>) => ({
  isWell: isFeedWell ?? null,
  lagMs: feedLagMs ?? null,
  renewedAt: feedRenewedAt === undefined ? null : new Date(feedRenewedAt).toISOString(),
})

const modeOf = ({ feed, isStrict }: Settings) => {
  if (isStrict) return 'strict'
  return feed ? 'feed' : 'embedded'
}

function hasSecret({ headers }: PayloadRequest, { healthSecret }: Settings): boolean {
  if (!healthSecret) return false
  const given = Buffer.from(headers.get('Authorization') ?? '')
  const expected = Buffer.from(`Bearer ${healthSecret}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
