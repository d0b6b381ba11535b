import { isoDate } from '../../core/isoDate.js'
import type { RefusedAnswer } from '../../wire/health.js'
import { recentRefusals } from '../gate/refusalLog.js'
import { createCall } from './call.js'

/**
 * `GET /api/revocation/refused`, for administrators: the latest refused requests of the process
 * that answers, newest first.
 */
export const refusedEndpoint = createCall({
  method: 'get',
  path: '/revocation/refused',
  isForAdministrators: true,
  fields: {},
  async answer(_, { payload }) {
    const docs = recentRefusals(payload).map((each) => ({
      ...each,
      at: isoDate(each.at),
    }))
    return { docs } satisfies RefusedAnswer
  },
})
