import { REASONS, SCOPES, type Subject } from '../../core/revocation.js'
import type { ListAnswer } from '../../wire/revocationDoc.js'
import { countField, type Field, InvalidField, nameField, oneOf } from '../api/fields.js'
import { revocationDoc } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { createCall } from './call.js'

/** The subject of a revocation. */
const subjectField: Field<Subject> = (value, name) => {
  const text = nameField(value, name)
  if (isSubject(text)) return text
  throw new InvalidField(name, '`jti:…`, `sid:…`, `user:<collection>:<id>` or `everyone`')
}

const isSubject = (value: string): value is Subject =>
  value === 'everyone' || /^(?:jti:.|sid:.|user:[^:]+:.)/.test(value)

/**
 * `GET /api/revocation/list`, for administrators: the revocations in force, newest first. Lifted
 * ones are left out; `reason=lifted` lists the lifts.
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
