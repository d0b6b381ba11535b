import type { Payload } from 'payload'
import type { Target, TargetUser } from '../../core/target.js'
import {
  type Field,
  InvalidField,
  idField,
  nameField,
  objectField,
  readFields,
  required,
  textField,
  trueField,
  type Values,
} from './fields.js'

/** The longest token that a header or cookie can carry. */
const MAX_TOKEN_LENGTH = 8_192

const readUser = objectField({ collection: nameField, id: idField, exceptSession: nameField })

const userField: Field<TargetUser> = (value, name) => {
  const { collection, id, exceptSession } = readUser(value, name)
  return {
    collection: required(collection, `${name}.collection`),
    id: required(id, `${name}.id`),
    ...(exceptSession !== undefined && { exceptSession }),
  }
}

/** The ways to name a {@link Target}. Exactly one must be given. */
export const targetFields = {
  token: textField(MAX_TOKEN_LENGTH),
  jti: nameField,
  session: nameField,
  user: userField,
  everyone: trueField,
}

const NAMES = Object.keys(targetFields) as (keyof typeof targetFields)[]

/** @throws InvalidField unless exactly one is given */
export function targetOf(values: Values<typeof targetFields>): Target {
  const named = NAMES.filter((each) => values[each] !== undefined)
  if (named.length !== 1) {
    throw new InvalidField(
      named[1] ?? 'session',
      `the only target: give exactly one of ${NAMES.join(', ')}`,
    )
  }
  const { token, jti, session, user } = values
  if (token !== undefined) return { token }
  if (jti !== undefined) return { jti }
  if (session !== undefined) return { session }
  return user === undefined ? { everyone: true } : { user }
}

/**
 * Checks a target from code like one from outside. A user may be a whole document.
 *
 * @throws InvalidField
 */
export function checkTarget(payload: Payload, given: Target): Target {
  const { user, ...others } = given as { user?: TargetUser }
  const named = Object.entries({ ...others, user: user && withoutRest(user) })
  const input = Object.fromEntries(named.filter(([, value]) => value !== undefined))
  const target = targetOf(readFields(input, targetFields))
  if ('user' in target && !hasUsers(payload, target.user.collection)) {
    throw new InvalidField('user.collection', 'a collection of users')
  }
  return target
}

/**
 * `<collection>:<id>`, the name of a user in a query or a command.
 *
 * @throws InvalidField
 */
export const userNameField: Field<TargetUser> = (value, name) => {
  const [, collection, id] = /^([^:]+):(.+)$/s.exec(nameField(value, name)) ?? []
  if (collection && id) return { collection, id }
  throw new InvalidField(name, '`<collection>:<id>`')
}

const withoutRest = ({ collection, id, exceptSession }: TargetUser) => ({
  ...{ collection, id },
  ...(exceptSession !== undefined && { exceptSession }),
})

const hasUsers = ({ collections }: Payload, slug: string) =>
  Object.hasOwn(collections, slug) && Boolean(collections[slug]?.config.auth)
