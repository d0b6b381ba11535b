import { revocations } from '../api/revocations.js'
import { completeRecord } from '../sessions/completeRecord.js'
import type { SessionDoc } from '../sessions/userSessions.js'
import type { UserRef } from '../storage/sessionStore.js'
import { createCall } from './call.js'
import { forbidden, invalidField } from './callError.js'
import { type Field, nameField, oneOf } from './fields.js'

/** What `GET /api/revocation/sessions` answers. */
interface SessionsAnswer {
  /** The session of the caller; `null` for one by API key. */
  readonly current: string | null
  /** The latest login first. */
  readonly docs: SessionDoc[]
}

const userField: Field<UserRef> = (value, name) => {
  const [, collection, id] = /^([^:]+):(.+)$/s.exec(nameField(value, name)) ?? []
  if (collection && id) return { collection, id }
  throw invalidField(name, '`<collection>:<id>`')
}

const fields = { user: userField, all: oneOf(['true', 'false']) }

/**
 * `GET /api/revocation/sessions`: the active sessions of the caller, with `all=true` the ended ones
 * too; for administrators those of `user=<collection>:<id>`. 404 when no records are kept.
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
