import type { CollectionSlug, Payload, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { type Reason, SCOPES } from '../../core/revocation.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { recentRefusals } from '../gate/refusalLog.js'
import { createCall } from './call.js'
import { healthOf } from './healthOf.js'

const HOUR_MS = 3_600_000
const HOURS = 24

/**
 * `GET /api/revocation/overview`, for administrators: the health of the process that is asked,
 * what the ledger recorded in the last 24 hours, by hour and by scope, and how many requests this
 * process refused in the last hour, of those that it kept.
 */
export const overviewEndpoint = createCall({
  method: 'get',
  path: '/revocation/overview',
  isForAdministrators: true,
  fields: {},
  async answer(_, { payload, runtime, settings }) {
    const now = Date.now()
    const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS
    const start = thisHour - (HOURS - 1) * HOUR_MS
    const count = (...and: Where[]) => countOf(payload, settings.slug, [notLift, ...and])
    const health = await healthOf(runtime)
    const last24h: { hour: string; count: number }[] = []
    for (let hour = start; hour <= thisHour; hour += HOUR_MS) {
      const recorded = await count(since(hour), until(hour + HOUR_MS))
      last24h.push({ hour: isoDate(hour), count: recorded })
    }
    const byScope: Record<string, number> = {}
    for (const scope of SCOPES) {
      byScope[scope] = await count(since(start), { scope: { equals: scope } })
    }
    const isRecent = ({ at }: { at: number }) => at > now - HOUR_MS
    const refusedRecently = recentRefusals(payload).filter(isRecent).length
    return { ...health, last24h, byScope, refusedRecently }
  },
})

/** Ids are ordered by time and indexed, so a range of time is a range of ids. */
const since = (time: number): Where => ({ id: { greater_than_equal: uuidv7Floor(time) } })
const until = (time: number): Where => ({ id: { less_than: uuidv7Floor(time) } })

const notLift: Where = { reason: { not_equals: 'lifted' satisfies Reason } }

async function countOf(payload: Payload, slug: string, and: Where[]): Promise<number> {
  const collection = slug as CollectionSlug
  const { totalDocs } = await payload.db.count({ collection, where: { and } })
  return totalDocs
}
