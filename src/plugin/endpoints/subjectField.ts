import type { Subject } from '../../core/revocation.js'
import { type Field, InvalidField, nameField } from '../api/fields.js'

/** What a revocation names. */
export const subjectField: Field<Subject> = (value, name) => {
  const text = nameField(value, name)
  if (isSubject(text)) return text
  throw new InvalidField(name, '`jti:…`, `sid:…`, `user:<collection>:<id>` or `everyone`')
}

const isSubject = (value: string): value is Subject =>
  value === 'everyone' || /^(?:jti:.|sid:.|user:[^:]+:.)/.test(value)
