import type { PeopleAnswer } from '../../wire/personDoc.js'
import { type Field, InvalidField, nameField, required } from '../api/fields.js'
import { createCall } from './call.js'
import { peopleBehind } from './people.js'

const MAX_SUBJECTS = 200

const subjectsField: Field<readonly string[]> = (value, name) => {
  const isList = Array.isArray(value) && value.length <= MAX_SUBJECTS
  if (!isList) throw new InvalidField(name, `a list of at most ${MAX_SUBJECTS}`)
  return value.map((each, i) => subjectField(each, `${name}.${i}`))
}

const subjectField: Field<string> = (value, name) => {
  const subject = nameField(value, name)
  if (/^(?:user:[^:]+:.|sid:.)/.test(subject)) return subject
  throw new InvalidField(name, '`user:<collection>:<id>` or `sid:…`')
}

/**
 * `POST /api/revocation/people`: the names of users, and whose sessions these are, for the admin panel.
 * For administrators; each reads of a user what the access control of that collection lets them read.
 */
export const peopleEndpoint = createCall({
  method: 'post',
  path: '/revocation/people',
  isForAdministrators: true,
  fields: { subjects: subjectsField },
  async answer({ subjects }, { req, runtime }) {
    const docs = await peopleBehind(required(subjects, 'subjects'), { req, runtime })
    return { docs } satisfies PeopleAnswer
  },
})
