import type { RenameAnswer } from '../../wire/sessionDoc.js'
import { nameField, required, textField } from '../api/fields.js'
import { renameSession } from '../sessions/userSessions.js'
import { createCall } from './call.js'

/**
 * `POST /api/revocation/sessions/rename`: names one of the caller's own sessions. An empty name
 * removes the name.
 */
export const renameEndpoint = createCall({
  method: 'post',
  path: '/revocation/sessions/rename',
  fields: { session: nameField, name: textField(100) },
  async answer({ session, name }, { payload, token, user }) {
    const doc = await renameSession(payload, user, {
      session: required(session, 'session'),
      name: required(name, 'name'),
      current: token?.session,
    })
    return { doc } satisfies RenameAnswer
  },
})
