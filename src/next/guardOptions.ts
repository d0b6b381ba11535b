import type { Feed } from '../core/ports.js'
import type { StandaloneOptions } from '../core/standaloneOptions.js'

/** `secret` and what follows it counts only with `feed`. */
export interface GuardOptions extends StandaloneOptions {
  /**
   * The login page for navigations with a revoked token: a path without `basePath`, or a function
   * of the request, for example for one login page per language. A dead token does not stop
   * requests to this path.
   *
   * @default '/login'; in a process without Payload none, and every refused request gets 401
   */
  loginPath?: string | ((request: Request) => string)
  /**
   * What happens to a page navigation with a revoked token. `login`: redirect to the login page.
   * `anonymous`: show the page as to a visitor who is not logged in, and clear the cookie; for
   * public pages, only in `proxy.ts` of Next.js. Other servers cannot be told, so they refuse as
   * with `login`. Below the API path the answer is always 401.
   *
   * @default 'login'
   */
  onRevoked?: 'login' | 'anonymous'
  /**
   * The names of query parameters to keep in `redirect=`, the way back from the login page. All
   * others are dropped: they may contain a one-time secret, and servers log the address of the
   * login page.
   *
   * @default []
   */
  redirectQuery?: readonly string[]
  /**
   * Paths that need no good token, without `basePath`; `:name` stands for one segment. There a dead
   * token counts as no token. Use it for sign-in routes that are not Payload endpoints; for those
   * that are, see `openPaths` of the plugin.
   *
   * @default []
   */
  openPaths?: readonly string[]
  /**
   * The path of Payload's API. A dead token does not stop logging in below it
   * (`POST /api/users/login` and what helps with it). Refused requests below it get 401 and are never
   * redirected.
   *
   * @default `routes.api` of the Payload in this process. In a process without Payload none:
   *   requests below '/api' get 401, and nothing there continues
   */
  apiPath?: string
  /**
   * The path of the admin panel. Requests below it continue, because Payload's own gate redirects
   * to its own login page.
   *
   * @default `routes.admin` of the Payload in this process. In a process without Payload none
   */
  adminPath?: string
  /**
   * Needed if Payload does not run in the same process. Create a separate feed for the guard; do
   * not share the object with the plugin.
   *
   * @default none; the guard asks the denylist of Payload in this process
   */
  feed?: Feed
  /**
   * With `feed`: `secret` of the Payload config, or a list of it and the earlier secrets that are
   * still accepted (`previousSecrets`, Payload 4). The guard then recognizes tokens that another
   * application on the same host signed, and ignores them. Without it every token is judged by its
   * claims, and no cookie is cleared.
   *
   * @default none
   */
  secret?: string | readonly string[]
  /**
   * With `feed`: `auth.cookies.domain` of the auth collection.
   *
   * @default none
   */
  cookieDomain?: string
  /**
   * With `feed`: `cors` of the Payload config: the origins of pages that may read a 401.
   *
   * @default none
   */
  cors?: '*' | readonly string[]
}
