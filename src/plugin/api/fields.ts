import { RevocationError } from '../../core/errors.js'
import { isStorable } from '../../core/isStorable.js'
import { MAX_NAME_LENGTH } from '../../core/token.js'

/** An argument is not valid: in code, over REST or in the command. */
export class InvalidField extends RevocationError {
  readonly field: string
  readonly expected: string

  constructor(field: string, expected: string) {
    super('invalid-input', `\`${field}\` must be ${expected}.`)
    this.field = field
    this.expected = expected
  }
}

/** Reads one argument. Throws an {@link InvalidField} with its name when it is not valid. */
export type Field<Value> = (value: unknown, name: string) => Value

type Fields = Readonly<Record<string, Field<unknown>>>

/** The values of a set of fields. Each may be absent. */
export type Values<Of extends Fields> = { readonly [Name in keyof Of]?: ReturnType<Of[Name]> }

/** Reads an object. A key that is not among `fields` is refused, not ignored. */
export function readFields<Of extends Fields>(input: object, fields: Of, within = ''): Values<Of> {
  const values = Object.entries(input).map(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const path = within + name.slice(0, MAX_SHOWN)
    if (!field)
      throw new InvalidField(path, `one of the known fields ${Object.keys(fields).join(', ')}`)
    return [name, field(value, path)]
  })
  return Object.fromEntries(values)
}

const MAX_SHOWN = 50

const CONTROL_OR_HALF_PAIR = /[\p{Cc}\p{Surrogate}]/u

/** A name that databases and Redis return unchanged. */
export const nameField: Field<string> = (value, name) => {
  if (isText(value, MAX_NAME_LENGTH) && value !== '' && !CONTROL_OR_HALF_PAIR.test(value))
    return value
  throw new InvalidField(name, `a string of 1 to ${MAX_NAME_LENGTH} printable characters`)
}

export const textField =
  (max: number): Field<string> =>
  (value, name) => {
    if (isText(value, max) && isStorable(value)) return value
    throw new InvalidField(name, `a string of at most ${max} characters`)
  }

export const booleanField: Field<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw new InvalidField(name, 'true or false')
}

export const trueField: Field<true> = (value, name) => {
  if (value === true) return value
  throw new InvalidField(name, 'true')
}

export const oneOf =
  <Value extends string>(values: readonly Value[]): Field<Value> =>
  (value, name) => {
    const found = values.find((each) => each === value)
    if (found !== undefined) return found
    throw new InvalidField(name, `one of ${values.join(', ')}`)
  }

/** The id of a document: a number or a string. */
export const idField: Field<number | string> = (value, name) =>
  Number.isSafeInteger(value) ? Number(value) : nameField(value, name)

/** A whole number in a query. */
export const countField =
  (least: number, most: number): Field<number> =>
  (value, name) => {
    const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (count >= least && count <= most) return count
    throw new InvalidField(name, `a whole number from ${least} to ${most}`)
  }

export const objectField =
  <Of extends Fields>(fields: Of): Field<Values<Of>> =>
  (value, name) => {
    if (isPlainObject(value)) return readFields(value, fields, `${name}.`)
    throw new InvalidField(name, `an object with ${Object.keys(fields).join(', ')}`)
  }

export function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new InvalidField(name, 'given')
  return value
}

export const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max
