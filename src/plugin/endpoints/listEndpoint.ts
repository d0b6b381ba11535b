import { REASONS, SCOPES } from '../../core/revocation.js'
import type { ListAnswer } from '../../wire/revocationDoc.js'
import { countField, oneOf } from '../api/fields.js'
import { revocationDoc } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { createCall } from './call.js'
import { subjectField } from './subjectField.js'

/**
 * `GET /api/revocation/list`: the revocations in force, newest first, for administrators. Those
 * that were lifted are left out; `reason=lifted` lists the lifts.
 */
export const listEndpoint = createCall({
  method: 'get',
  path: '/revocation/list',
  isForAdministrators: true,
  fields: {
    scope: oneOf(SCOPES),
    reason: oneOf(REASONS),
    subject: subjectField,
    limit: countField(1, 1_000),
    page: countField(1, 1_000_000),
  },
  async answer(query, { payload }) {
    const found = await revocations(payload).list(query)
    return { ...found, docs: found.docs.map(revocationDoc) } satisfies ListAnswer
  },
})
