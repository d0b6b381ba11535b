import type { OverviewAnswer } from '../../wire/health.js'
import { recordedByHour } from '../storage/recordedByHour.js'
import { createCall } from './call.js'
import { healthOf } from './healthOf.js'

/**
 * `GET /api/revocation/overview`, for administrators: the health of the process that answers, and
 * how many revocations were recorded in each of the last 24 hours.
 */
export const overviewEndpoint = createCall({
  method: 'get',
  path: '/revocation/overview',
  isForAdministrators: true,
  fields: {},
  async answer(_, { payload, runtime, settings }) {
    const health = await healthOf(runtime)
    const last24h = await recordedByHour(payload, settings.slug)
    return { ...health, last24h } satisfies OverviewAnswer
  },
})
