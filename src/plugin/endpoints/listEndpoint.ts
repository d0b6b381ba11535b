import { REASONS, SCOPES, type Subject } from '../../core/revocation.js'
import { revocationDoc } from '../revocationDoc.js'
import { revocations } from '../revocations.js'
import { createCall } from './call.js'
import { invalidField } from './callError.js'
import { countField, type Field, nameField, oneOf } from './fields.js'

const isSubject = (value: string): value is Subject => /^(?:jti|sid|user):.|^everyone$/.test(value)

export const subjectField: Field<Subject> = (value, name) => {
  const text = nameField(value, name)
  if (isSubject(text)) return text
  throw invalidField(name, '`jti:…`, `sid:…`, `user:<collection>:<id>` or `everyone`')
}

/** `GET /api/revocation/list`: the revocations in force, newest first, for administrators. */
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
    return { ...found, docs: found.docs.map(revocationDoc) }
  },
})
