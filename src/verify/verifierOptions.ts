import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireNames } from '../core/requireOption.js'
import {
  requireSecret,
  STANDALONE_OPTION_NAMES,
  type StandaloneOptions,
  validateStandaloneOptions,
} from '../core/standaloneOptions.js'
import { type IntrospectionOptions, validateIntrospection } from './introspection.js'

export interface VerifierOptions extends StandaloneOptions {
  /**
   * `secret` of the Payload config, or a list of it and the earlier secrets that are still accepted
   * (`previousSecrets`, Payload 4). The key is derived inside. Give this or `introspection`.
   *
   * @default none
   */
  secret?: string | readonly string[]
  /**
   * Asks the application about every token (RFC 7662), for services that must not hold the secret
   * that makes tokens. It needs no feed.
   *
   * @default none
   */
  introspection?: IntrospectionOptions
  /**
   * Tells what is revoked, for example `redisFeed` from `payload-jwt-revocation/redis`. Required
   * with `secret`. With `introspection` it ends cached answers and makes `onTokenRevoked` possible.
   *
   * @default none
   */
  feed?: Feed
  /**
   * With `secret`: the value that `authVersion` in a token's header must have. `false`: it is not
   * looked at, for tokens of plugins that do not set it. Payload's own strategy refuses such tokens.
   *
   * @default 1, as Payload sets it
   */
  authVersion?: number | false
}

/** @throws RevocationError `invalid-option`, naming the option */
export function validateVerifierOptions(options: VerifierOptions) {
  requireNames(options, OPTION_NAMES)
  const { authVersion = 1, introspection, feed, secret } = options
  if (introspection === undefined) {
    requireSecret(secret)
    if (!feed) throw invalidOption('feed', 'a Feed, such as redisFeed()')
  } else {
    if (secret !== undefined) throw invalidOption('secret', 'absent beside `introspection`')
    validateIntrospection(introspection)
  }
  if (authVersion !== false && !Number.isSafeInteger(authVersion)) {
    throw invalidOption('authVersion', 'a whole number, or false')
  }
  validateStandaloneOptions(options)
}

const OPTION_NAMES = [
  ...Object.keys({
    secret: true,
    introspection: true,
    feed: true,
    authVersion: true,
  } satisfies Record<Exclude<keyof VerifierOptions, keyof StandaloneOptions>, true>),
  ...STANDALONE_OPTION_NAMES,
]
