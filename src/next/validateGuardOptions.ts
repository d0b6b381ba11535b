import { invalidOption } from '../core/errors.js'
import { requireNames } from '../core/requireOption.js'
import {
  requireSecret,
  requireTexts,
  requireToken,
  STANDALONE_OPTION_NAMES,
  type StandaloneOptions,
  validateStandaloneOptions,
} from '../core/standaloneOptions.js'
import type { GuardOptions } from './guardOptions.js'

/** @throws RevocationError `invalid-option`, naming the option */
export function validateGuardOptions(options: GuardOptions) {
  requireNames(options, OPTION_NAMES)
  for (const option of ['loginPath', 'apiPath', 'adminPath'] as const) {
    const path = options[option]
    const isFunction = option === 'loginPath' && typeof path === 'function'
    if (path !== undefined && !isFunction && !isSafePath(path)) {
      throw invalidOption(option, 'a path that begins with one slash')
    }
  }
  const { onRevoked = 'login' } = options
  if (onRevoked !== 'login' && onRevoked !== 'anonymous') {
    throw invalidOption('onRevoked', 'login or anonymous')
  }
  if (options.cors !== undefined && options.cors !== '*' && !Array.isArray(options.cors)) {
    throw invalidOption('cors', 'a list of origins, or *')
  }
  for (const option of ['redirectQuery', 'openPaths'] as const) {
    requireTexts(option, options[option])
  }
  requireToken('cookieDomain', options.cookieDomain)
  if (options.secret !== undefined) requireSecret(options.secret)
  validateStandaloneOptions(options)
}

const OPTION_NAMES = [
  ...Object.keys({
    loginPath: true,
    onRevoked: true,
    redirectQuery: true,
    openPaths: true,
    apiPath: true,
    adminPath: true,
    feed: true,
    secret: true,
    cookieDomain: true,
    cors: true,
  } satisfies Record<Exclude<keyof GuardOptions, keyof StandaloneOptions>, true>),
  ...STANDALONE_OPTION_NAMES,
]

/** A path of this site without characters that could end a header. */
export const isSafePath = (path: unknown): path is string =>
  typeof path === 'string' && /^\/(?![/\\])[\x21-\x7e]+$/.test(path)
