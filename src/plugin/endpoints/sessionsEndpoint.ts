import type { SessionsAnswer } from '../../wire/sessionDoc.js'
import { oneOf } from '../api/fields.js'
import { revocations } from '../api/revocations.js'
import { userNameField } from '../api/target.js'
import { completeRecord } from '../sessions/completeRecord.js'
import { createCall } from './call.js'
import { forbidden } from './callError.js'

const fields = { user: userNameField, all: oneOf(['true', 'false']) }

/**
 * `GET /api/revocation/sessions`: the active sessions of the caller; with `all=true` also the ended
 * ones. Administrators may ask for those of `user=<collection>:<id>`. 404 when no session records
 * are kept.
 */
export const sessionsEndpoint = createCall({
  method: 'get',
  path: '/revocation/sessions',
  fields,
  async answer({ user: named, all }, { isAdministrator, payload, req, runtime, token, user }) {
    const isOwn = !named || (named.collection === user.collection && named.id === String(user.id))
    if (!(isOwn || isAdministrator)) throw forbidden()
    if (isOwn && token) await completeRecord(runtime, token, req)
    const current = token?.session
    const docs = await revocations(payload).sessions(isOwn ? user : named, {
      all: all === 'true',
      current,
    })
    return { current: current ?? null, docs } satisfies SessionsAnswer
  },
})
