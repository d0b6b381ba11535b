import type { Feed } from '../core/ports.js'
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
