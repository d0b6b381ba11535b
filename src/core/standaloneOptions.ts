import { invalidOption } from './errors.js'
import type { Feed } from './ports.js'
import { requireDuration } from './requireOption.js'
import { DEFAULT_REST_AFTER } from './rest.js'
import type { WhenStale } from './verdict.js'

/** The options of a process without Payload: how it follows the feed, and where tokens are. */
export interface StandaloneOptions {
  /**
   * Asks the feed about every token, and keeps no index. For functions that live for one request,
   * and for Cloudflare Workers (`keepConnection: false` of `redisFeed`).
   *
   * @default false
   */
  strict?: boolean
  /**
   * The longest life of a token, in seconds.
   *
   * @default 7_200, as in Payload
   */
  maxTokenLifetime?: number
  /**
   * Above this staleness, in seconds, this process cannot tell that a token is valid. The staleness
   * is the time since the last reading of the ledger that an application has vouched for. An
   * application at rest vouches every half of its own `maxStaleness`, so this value must not be
   * smaller than that of the applications.
   *
   * @default 10
   */
  maxStaleness?: number
  /**
   * What happens while this process is too stale. `refuse`: 503 with `Retry-After`. `accept`: accept
   * every token that is not known to be revoked, and log an error; for sites that prefer
   * availability to safety.
   *
   * @default 'refuse'
   */
  whenStale?: Exclude<WhenStale, 'ask'>
  /**
   * This process rests when it has judged no token for this many seconds. The first request after a
   * rest catches up before it is answered. `false`: it never rests.
   *
   * @default 60
   */
  restAfter?: number | false
  /**
   * `sessionLimits.absoluteLifetime` of the plugin, in seconds. Tokens that were issued under the
   * limit keep it by their own `exp` even without this option.
   *
   * @default none
   */
  absoluteLifetime?: number
  /**
   * `sessionLimits.idleTimeout` of the plugin, in seconds. Tokens that were issued under the limit
   * keep it by their own `exp` even without this option.
   *
   * @default none
   */
  idleTimeout?: number
  /**
   * `cookiePrefix` of the Payload config.
   *
   * @default 'payload'
   */
  cookiePrefix?: string
  /**
   * `auth.jwtOrder` of the Payload config.
   *
   * @default ['JWT', 'Bearer', 'cookie']
   */
  jwtOrder?: readonly string[]
  /**
   * `csrf` of the Payload config.
   *
   * @default none
   */
  csrf?: readonly string[]
}

export const STANDALONE_OPTION_NAMES = Object.keys({
  strict: true,
  maxTokenLifetime: true,
  maxStaleness: true,
  whenStale: true,
  restAfter: true,
  absoluteLifetime: true,
  idleTimeout: true,
  cookiePrefix: true,
  jwtOrder: true,
  csrf: true,
} satisfies Record<keyof StandaloneOptions, true>)

const DURATIONS = ['maxTokenLifetime', 'maxStaleness', 'absoluteLifetime', 'idleTimeout'] as const

/** @throws RevocationError `invalid-option`, naming the option */
export function validateStandaloneOptions(options: StandaloneOptions & { feed?: Feed }) {
  const { feed, strict = false, restAfter = DEFAULT_REST_AFTER, whenStale = 'refuse' } = options
  if (feed !== undefined && typeof feed?.follow !== 'function') {
    throw invalidOption('feed', 'a Feed, such as redisFeed()')
  }
  if (typeof strict !== 'boolean') throw invalidOption('strict', 'true or false')
  if (strict && feed && !feed.find) {
    throw invalidOption('strict', 'false for a feed that cannot be asked')
  }
  if (!strict && feed?.canBeFollowed === false) {
    throw invalidOption('strict', 'true for a feed that keeps no connection')
  }
  for (const option of DURATIONS) {
    const value = options[option]
    const isDuration = typeof value === 'number' && value > 0 && Number.isFinite(value)
    if (value !== undefined && !isDuration) throw invalidOption(option, 'a number above 0')
  }
  if (restAfter !== false) requireDuration('restAfter', restAfter, 1)
  if (whenStale !== 'refuse' && whenStale !== 'accept') {
    throw invalidOption('whenStale', 'refuse or accept')
  }
  for (const option of ['jwtOrder', 'csrf'] as const) requireTexts(option, options[option])
  requireToken('cookiePrefix', options.cookiePrefix)
}

/** @throws RevocationError `invalid-option`, naming the option */
export function requireTexts(option: string, value: unknown) {
  if (value !== undefined && !Array.isArray(value)) {
    throw invalidOption(option, 'a list of strings')
  }
}

/** @throws RevocationError `invalid-option`, naming the option */
export function requireToken(option: string, value: unknown) {
  if (value !== undefined && !(typeof value === 'string' && /^[\w.-]+$/.test(value))) {
    throw invalidOption(option, 'a string of letters, digits, dots and dashes')
  }
}

/** @throws RevocationError `invalid-option` */
export function requireSecret(secret: unknown): asserts secret is string | readonly string[] {
  const secrets = [secret].flat()
  const isText = (each: unknown) => typeof each === 'string' && each !== ''
  if (secrets.length === 0 || !secrets.every(isText)) {
    throw invalidOption('secret', 'a non-empty string, or a list of them')
  }
}
