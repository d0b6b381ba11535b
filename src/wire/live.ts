import type { Reason, Subject } from '../core/revocation.js'

/** The server-sent events of `GET /revocation/live`, by name, and their data. */
export interface LiveEvents {
  /** The connection is open. A comment follows every `heartbeat` seconds. */
  readonly ready: { readonly user: Subject; readonly heartbeat: number }
  /** The user is signed out, and the stream ends. `reason` is `null` when it is not known. */
  readonly end: { readonly reason: Reason | null }
  /** The stream ends. Reconnect with the token that the browser has now. */
  readonly renew: { readonly reason: 'rotated' | 'replaced' | 'expired' | 'unknown' }
}

/** `GET /revocation/live` without `Accept: text/event-stream`. */
export interface LiveAnswer {
  /** The user who is logged in. */
  readonly user: Subject
}
