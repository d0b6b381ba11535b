import { invalidOption } from '../../core/errors.js'

/** @throws RevocationError `invalid-option`, naming the option */
export function requireDuration(option: string, value: unknown, least: number) {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw invalidOption(option, `a number, ${least} or more`)
  }
}

/** @throws RevocationError `invalid-option`, naming the option */
export function requireSlug(option: string, value: unknown) {
  if (typeof value !== 'string' || !/^[a-z][\w-]*$/i.test(value)) {
    throw invalidOption(option, 'a collection slug')
  }
}

/** @throws RevocationError `invalid-option`, naming what is not among `names` */
export function requireNames(option: string, value: unknown, names: readonly string[]) {
  if (typeof value !== 'object' || value === null) throw invalidOption(option, 'an object')
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown) throw invalidOption(`${option}.${unknown}`, `one of ${names.join(', ')}`)
}
