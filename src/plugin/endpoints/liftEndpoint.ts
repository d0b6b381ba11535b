import { revocationDoc } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { createCall } from './call.js'
import { booleanField, required, textField } from './fields.js'
import { subjectField } from './subjectField.js'

/**
 * `POST /api/revocation/lift`: takes the revocations of a token or a session back, for
 * administrators. 400 for a user's or everyone's cut-off, 404 when nothing is in force.
 */
export const liftEndpoint = createCall({
  method: 'post',
  path: '/revocation/lift',
  isForAdministrators: true,
  fields: { subject: subjectField, note: textField(1_000), dryRun: booleanField },
  async answer({ subject, note, dryRun = false }, { ip, payload, user }) {
    const actor = { collection: user.collection, id: user.id }
    const details = { note, dryRun, ip, actor }
    const lifted = await revocations(payload).lift(required(subject, 'subject'), details)
    return { lifted: lifted.map(revocationDoc), dryRun }
  },
})
