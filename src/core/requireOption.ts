import { invalidOption } from './errors.js'

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

/**
 * Refuses keys that are not in `names`, because a misspelt or renamed option must not be ignored.
 * `within` is the option that contains the keys.
 *
 * @throws RevocationError `invalid-option`, naming the unknown key
 */
export function requireNames(value: unknown, names: readonly string[], within?: string) {
  if (typeof value !== 'object' || value === null) {
    throw invalidOption(within ?? 'options', 'an object')
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw invalidOption(within ? `${within}.${unknown}` : unknown, `one of ${names.join(', ')}`)
}
