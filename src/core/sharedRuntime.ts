import type { ClearCookie } from './clearCookie.js'
import type { Denylist } from './denylist.js'
import type { TokenLocation } from './extractToken.js'
import type { Logger } from './ports.js'
import type { Refusal } from './refusal.js'
import type { LifetimeOf } from './token.js'

/** What one Payload instance's plugin shares with every bundle and guard of its process. */
export interface SharedRuntime {
  readonly denylist: Denylist
  readonly location: TokenLocation
  readonly lifetimeOf: LifetimeOf
  /** For what requests can cause, so it is bounded. */
  readonly logger?: Logger
  /**
   * Whether this application signed a token's text. A text that it did not sign is no token: it is
   * neither refused nor cleared, counted or kept. Asked only when the verdict is not `valid`, so a
   * good token pays nothing. Absent where nobody told the secret: then every text counts as ours.
   */
  isOurs?(text: string): boolean | Promise<boolean>
  /** How a revoked token is taken out of a browser. Absent where no cookie is taken away. */
  readonly clearCookie?: ClearCookie
  /** Told by whoever refuses a request; it waits for nothing. Absent where nobody listens. */
  logRefusal?(refusal: Refusal, request: RefusedRequestLike): void
  /**
   * Whether a request whose token is refused may want to refresh a rotated one: a guard leaves that
   * to the gate, which tells a token that was stolen from one whose refresh got no answer.
   */
  isForGate?(request: Request): Promise<boolean>
  /** Where this application has its API and its admin panel. Absent where Payload does not run. */
  readonly routes?: { readonly api: string; readonly admin: string }
  /** Whether the application opened this path, of a method, to whoever shows a dead token. */
  isOpen?(method: string, path: string): boolean
  /** Adds the headers that let pages of other origins read the answer, as the application allows. */
  addCors?(headers: Headers, request: Headers): void
}

/** What is looked at of a refused request. */
export interface RefusedRequestLike {
  readonly headers: Headers
  /** Without the query. */
  readonly path?: string | undefined
}
