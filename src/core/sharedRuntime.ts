import type { Denylist } from './denylist.js'
import type { TokenLocation } from './extractToken.js'
import type { Refusal } from './refusal.js'

/** What one Payload instance's plugin shares with every bundle and guard of its process. */
export interface SharedRuntime {
  readonly denylist: Denylist
  readonly location: TokenLocation
  /** The `Set-Cookie` that takes a stale token of this collection's user out of the browser. */
  expiredCookie(collection: string): string
  /** Told by whoever refuses a request; it waits for nothing. Absent where nobody listens. */
  logRefusal?(refusal: Refusal, request: RefusedRequestLike): void
  /**
   * Told by a guard of a request that it refuses and that Payload will not see: it may be a
   * rotated token that came back to be refreshed. Never rejects.
   */
  detectReuse?(refusal: Refusal, request: Request): Promise<void>
}

/** What is looked at of a refused request. */
export interface RefusedRequestLike {
  readonly headers: Headers
  /** Without the query. */
  readonly path?: string | undefined
}
