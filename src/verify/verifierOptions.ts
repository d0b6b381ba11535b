import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireNames } from '../core/requireOption.js'
import {
  requireSecret,
  STANDALONE_OPTION_NAMES,
  type StandaloneOptions,
  validateStandaloneOptions,
} from '../core/standaloneOptions.js'

export interface VerifierOptions extends StandaloneOptions {
  /**
   * `secret` of the Payload config, or a list of it and the earlier secrets that are still accepted
   * (`previousSecrets`, Payload 4). The key is derived inside. Required.
   *
   * @default none
   */
  secret?: string | readonly string[]
  /**
   * Tells what is revoked, for example `redisFeed` from `payload-jwt-revocation/redis`. Required.
   *
   * @default none
   */
  feed?: Feed
  /**
   * The value that `authVersion` in a token's header must have. `false`: it is not looked at, for
   * tokens of plugins that do not set it. Payload's own strategy refuses such tokens.
   *
   * @default 1, as Payload sets it
   */
  authVersion?: number | false
}

/** @throws RevocationError `invalid-option`, naming the option */
export function validateVerifierOptions(options: VerifierOptions) {
  requireNames(options, OPTION_NAMES)
  const { authVersion = 1, feed, secret } = options
  requireSecret(secret)
  if (!feed) throw invalidOption('feed', 'a Feed, such as redisFeed()')
  if (authVersion !== false && !Number.isSafeInteger(authVersion)) {
    throw invalidOption('authVersion', 'a whole number, or false')
  }
  validateStandaloneOptions(options)
  return { feed, secret }
}

const OPTION_NAMES = [
  ...Object.keys({
    secret: true,
    feed: true,
    authVersion: true,
  } satisfies Record<Exclude<keyof VerifierOptions, keyof StandaloneOptions>, true>),
  ...STANDALONE_OPTION_NAMES,
]
