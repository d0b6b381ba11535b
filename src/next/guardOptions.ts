import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireNames } from '../core/requireOption.js'
import type { WhenStale } from '../core/verdict.js'

export interface GuardOptions {
  /**
   * Where a page sends a visitor whose token was revoked.
   *
   * @default '/login'
   */
  loginPath?: string
  /**
   * `routes.api` of the Payload config: refused with 401 instead of a redirect.
   *
   * @default '/api'
   */
  apiPath?: string
  /**
   * `routes.admin` of the Payload config: let through, since Payload's own gate leads to its own
   * login page.
   *
   * @default '/admin'
   */
  adminPath?: string
  /**
   * Needed where Payload does not run in the same process: a feed of this guard's own. It sees
   * what is sent, so give it one of its own and not the plugin's object.
   *
   * @default none; it asks the denylist of Payload in this process
   */
  feed?: Feed
  /**
   * With `feed`: `secret` of the Payload config, or a list of it and of those that it replaced and
   * that are still accepted (`previousSecrets`, Payload 4). By it a token that another application on the same
   * host signed is told from Payload's own, and left alone. Without it every token is judged by what
   * it claims, and no cookie is taken out of a browser.
   *
   * @default none
   */
  secret?: string | readonly string[]
  /**
   * With `feed`: the longest life of a token, in seconds.
   *
   * @default 7_200, Payload's own
   */
  maxTokenLifetime?: number
  /**
   * With `feed`: past this staleness, in seconds, this guard does not vouch for tokens. It is as
   * stale as the last reading of the ledger that one of the applications has vouched for, so it
   * must be well above their `pollInterval`.
   *
   * @default 10
   */
  maxStaleness?: number
  /**
   * With `feed`: what happens then. `refuse`: 503 with `Retry-After`. `accept`: take what nothing
   * known revokes, loud in the log, for sites that prefer reach over safety.
   *
   * @default 'refuse'
   */
  whenStale?: Exclude<WhenStale, 'ask'>
  /**
   * With `feed`: `sessionLimits.absoluteLifetime` of the plugin, in seconds. Tokens that were issued
   * under the limit keep it by their own `exp`.
   *
   * @default none
   */
  absoluteLifetime?: number
  /**
   * With `feed`: `sessionLimits.idleTimeout` of the plugin, in seconds; likewise.
   *
   * @default none
   */
  idleTimeout?: number
  /**
   * With `feed`: `cookiePrefix` of the Payload config.
   *
   * @default 'payload'
   */
  cookiePrefix?: string
  /**
   * With `feed`: `auth.cookies.domain` of the auth collection.
   *
   * @default none
   */
  cookieDomain?: string
  /**
   * With `feed`: `auth.jwtOrder` of the Payload config.
   *
   * @default ['JWT', 'Bearer', 'cookie']
   */
  jwtOrder?: readonly string[]
  /**
   * With `feed`: `csrf` of the Payload config.
   *
   * @default none
   */
  csrf?: readonly string[]
}

/** @throws RevocationError `invalid-option`, naming the option */
export function validate(options: GuardOptions) {
  requireNames(options, OPTION_NAMES)
  for (const option of ['loginPath', 'apiPath', 'adminPath'] as const) {
    const path = options[option]
    if (path !== undefined && !(typeof path === 'string' && SAFE_PATH.test(path))) {
      throw invalidOption(option, 'a path that begins with one slash')
    }
  }
  for (const option of DURATIONS) {
    const value = options[option]
    const isDuration = typeof value === 'number' && value > 0 && Number.isFinite(value)
    if (value !== undefined && !isDuration) throw invalidOption(option, 'a number above 0')
  }
  const { whenStale = 'refuse' } = options
  if (whenStale !== 'refuse' && whenStale !== 'accept') {
    throw invalidOption('whenStale', 'refuse or accept')
  }
  for (const option of ['jwtOrder', 'csrf'] as const) {
    if (options[option] !== undefined && !Array.isArray(options[option])) {
      throw invalidOption(option, 'a list of texts')
    }
  }
  for (const option of ['cookiePrefix', 'cookieDomain'] as const) {
    const value = options[option]
    if (value !== undefined && !(typeof value === 'string' && /^[\w.-]+$/.test(value))) {
      throw invalidOption(option, 'a text of letters, digits, dots and dashes')
    }
  }
  const { secret } = options
  const secrets = secret === undefined ? [] : [secret].flat()
  const isText = (each: unknown) => typeof each === 'string' && each !== ''
  if (!secrets.every(isText) || (secret !== undefined && secrets.length === 0)) {
    throw invalidOption('secret', 'a text that is not empty, or a list of such')
  }
  if (options.feed !== undefined && typeof options.feed?.follow !== 'function') {
    throw invalidOption('feed', 'a Feed, such as redisFeed()')
  }
}

const OPTION_NAMES = Object.keys({
  loginPath: true,
  apiPath: true,
  adminPath: true,
  feed: true,
  secret: true,
  maxTokenLifetime: true,
  maxStaleness: true,
  whenStale: true,
  absoluteLifetime: true,
  idleTimeout: true,
  cookiePrefix: true,
  cookieDomain: true,
  jwtOrder: true,
  csrf: true,
} satisfies Record<keyof GuardOptions, true>)

const DURATIONS = ['maxTokenLifetime', 'maxStaleness', 'absoluteLifetime', 'idleTimeout'] as const

const SAFE_PATH = /^\/(?![/\\])[\x21-\x7e]+$/
