import type { LiftAnswer } from '../../wire/revocationDoc.js'
import { booleanField, textField } from '../api/fields.js'
import { revocationDoc } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { targetFields, targetOf } from '../api/target.js'
import { createCall } from './call.js'

/**
 * `POST /api/revocation/lift`, for administrators: takes back the revocations of a token or a
 * session. 400 for a cut-off of a user or of everyone, 404 when nothing is in force.
 */
export const liftEndpoint = createCall({
  method: 'post',
  path: '/revocation/lift',
  isForAdministrators: true,
  fields: { ...targetFields, note: textField(1_000), dryRun: booleanField },
  async answer({ note, dryRun = false, ...named }, { ip, payload, user }) {
    const actor = { collection: user.collection, id: user.id }
    const details = { note, dryRun, ip, actor }
    const lifted = await revocations(payload).lift(targetOf(named), details)
    return { lifted: lifted.map(revocationDoc), dryRun } satisfies LiftAnswer
  },
})
