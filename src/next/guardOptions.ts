import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireDuration, requireNames } from '../core/requireOption.js'
import { DEFAULT_REST_AFTER } from '../core/rest.js'
import type { WhenStale } from '../core/verdict.js'

export interface GuardOptions {
  /**
   * Where somebody is sent who goes to a page with a revoked token: a path without `basePath`, or a
   * function of the request, for one login page a language.
   *
   * @default '/login'
   */
  loginPath?: string | ((request: Request) => string)
  /**
   * What becomes of a page that is asked for with a revoked token. `login`: the login page comes
   * instead. `anonymous`: the page comes as to somebody who is not logged in, and the cookie is
   * cleared; for public pages, in `proxy.ts` of Next.js only. Below the API it is 401 either way.
   *
   * @default 'login'
   */
  onRevoked?: 'login' | 'anonymous'
  /**
   * The names of query parameters that go into `redirect=`, the way back from the login page. All
   * others are left out: they may hold a one-time secret, and the login page's address is logged.
   *
   * @default []
   */
  redirectQuery?: readonly string[]
  /**
   * Paths that need no good token, without `basePath`: `:name` stands for one segment. A dead token
   * counts as none there. For what signs people in and is no endpoint of Payload's; see `openPaths`
   * of the plugin for those.
   *
   * @default []
   */
  openPaths?: readonly string[]
  /**
   * Where the API is: refused with 401 and never led to a page.
   *
   * @default `routes.api` of the Payload in this process, else '/api'
   */
  apiPath?: string
  /**
   * Where the admin panel is: let through, since Payload's own gate leads to its own login page.
   *
   * @default `routes.admin` of the Payload in this process, else '/admin'
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
   * stale as the last reading of the ledger that one of the applications has vouched for. At rest
   * these vouch every half of their own `maxStaleness`: this one must be no shorter.
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
   * With `feed`: when no token was judged for so many seconds, this guard follows no more, and the
   * first request afterwards catches up before it is answered. `false`: it never rests.
   *
   * @default 60
   */
  restAfter?: number | false
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
  /**
   * With `feed`: `cors` of the Payload config, the origins whose pages may read a 401.
   *
   * @default none
   */
  cors?: '*' | readonly string[]
}

/** @throws RevocationError `invalid-option`, naming the option */
export function validate(options: GuardOptions) {
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

/** A path of this site, with no character that could end a header. */
export const isSafePath = (path: unknown): path is string =>
  typeof path === 'string' && /^\/(?![/\\])[\x21-\x7e]+$/.test(path)
