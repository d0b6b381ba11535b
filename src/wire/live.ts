import type { Reason, Subject } from '../core/revocation.js'

/** The server-sent events of `GET /revocation/live`, by name, and what each carries. */
export interface LiveEvents {
  /** The connection stands; a comment follows every `heartbeat` seconds. */
  readonly ready: { readonly user: Subject; readonly heartbeat: number }
  /** The user is signed out, and the stream is over. `reason` is `null` where it is not known. */
  readonly end: { readonly reason: Reason | null }
  /** The stream is over: come back with the token that the browser has now. */
  readonly renew: { readonly reason: 'rotated' | 'replaced' | 'expired' | 'unknown' }
}

/** `GET /revocation/live` without `Accept: text/event-stream`. */
export interface LiveAnswer {
  /** Who is logged in. */
  readonly user: Subject
}
