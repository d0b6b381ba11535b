import type { ClearCookie } from './clearCookie.js'
import type { Denylist } from './denylist.js'
import type { TokenLocation } from './extractToken.js'
import type { Logger } from './ports.js'
import type { Refusal } from './refusal.js'
import type { LifetimeOf } from './token.js'

/** What the plugin of one Payload instance shares with every bundle and guard of its process. */
export interface SharedRuntime {
  readonly denylist: Denylist
  readonly location: TokenLocation
  readonly lifetimeOf: LifetimeOf
  /** The logger for what requests can cause, so it is bounded. */
  readonly logger?: Logger
  /**
   * Whether this application signed the text of a token. A text that it did not sign is not our
   * token: it is not refused, cleared, counted or stored. Called only when the verdict is not
   * `valid`, so a good token costs nothing. Absent when the secret is not known; then every text
   * counts as ours.
   */
  isOurs?(text: string): boolean | Promise<boolean>
  /** Removes a revoked token from a browser. Absent when cookies are left in place. */
  readonly clearCookie?: ClearCookie
  /** Called when a request is refused. It must return at once. Absent when nobody listens. */
  logRefusal?(refusal: Refusal, request: RefusedRequestLike): void
  /**
   * Whether a refused request may be an attempt to refresh a rotated token. A guard passes it on to
   * the gate, which can tell a stolen token from one whose refresh got no answer.
   */
  isForGate?(request: Request): Promise<boolean>
  /** The routes of this application's API and admin panel. Absent where Payload does not run. */
  readonly routes?: { readonly api: string; readonly admin: string }
  /** Whether the application opened this path, for this method, to requests with a dead token. */
  isOpen?(method: string, path: string): boolean
  /**
   * Adds the headers that let pages of other origins read the answer, as far as the application
   * allows that.
   */
  addCors?(headers: Headers, request: Headers): void
}

/** The parts of a refused request that are looked at. */
export interface RefusedRequestLike {
  readonly headers: Headers
  readonly method?: string | undefined
  /** Without the query. */
  readonly path?: string | undefined
}
