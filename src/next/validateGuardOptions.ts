import { invalidOption } from '../core/errors.js'
import { requireDuration, requireNames } from '../core/requireOption.js'
import { DEFAULT_REST_AFTER } from '../core/rest.js'
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
  for (const option of DURATIONS) {
    const value = options[option]
    const isDuration = typeof value === 'number' && value > 0 && Number.isFinite(value)
    if (value !== undefined && !isDuration) throw invalidOption(option, 'a number above 0')
  }
  const { restAfter = DEFAULT_REST_AFTER, whenStale = 'refuse' } = options
  if (restAfter !== false) requireDuration('restAfter', restAfter, 1)
  if (whenStale !== 'refuse' && whenStale !== 'accept') {
    throw invalidOption('whenStale', 'refuse or accept')
  }
  for (const option of ['jwtOrder', 'csrf', 'redirectQuery', 'openPaths'] as const) {
    if (options[option] !== undefined && !Array.isArray(options[option])) {
      throw invalidOption(option, 'a list of strings')
    }
  }
  for (const option of ['cookiePrefix', 'cookieDomain'] as const) {
    const value = options[option]
    if (value !== undefined && !(typeof value === 'string' && /^[\w.-]+$/.test(value))) {
      throw invalidOption(option, 'a string of letters, digits, dots and dashes')
    }
  }
  const { secret } = options
  const secrets = secret === undefined ? [] : [secret].flat()
  const isText = (each: unknown) => typeof each === 'string' && each !== ''
  if (!secrets.every(isText) || (secret !== undefined && secrets.length === 0)) {
    throw invalidOption('secret', 'a non-empty string, or a list of them')
  }
  if (options.feed !== undefined && typeof options.feed?.follow !== 'function') {
    throw invalidOption('feed', 'a Feed, such as redisFeed()')
  }
}

const OPTION_NAMES = Object.keys({
  loginPath: true,
  onRevoked: true,
  redirectQuery: true,
  openPaths: true,
  apiPath: true,
  adminPath: true,
  feed: true,
  secret: true,
  maxTokenLifetime: true,
  maxStaleness: true,
  restAfter: true,
  whenStale: true,
  absoluteLifetime: true,
  idleTimeout: true,
  cookiePrefix: true,
  cookieDomain: true,
  jwtOrder: true,
  csrf: true,
  cors: true,
} satisfies Record<keyof GuardOptions, true>)

const DURATIONS = ['maxTokenLifetime', 'maxStaleness', 'absoluteLifetime', 'idleTimeout'] as const

/** A path of this site without characters that could end a header. */
export const isSafePath = (path: unknown): path is string =>
  typeof path === 'string' && /^\/(?![/\\])[\x21-\x7e]+$/.test(path)
