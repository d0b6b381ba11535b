import type { JsonObject, PayloadRequest } from 'payload'
import type { Feed } from '../../core/ports.js'
import type { WhenStale } from '../../core/verdict.js'
import type { RevocationHooks } from './hooks.js'
import type { LiveOptions } from './liveLimits.js'

export interface JwtRevocationOptions {
  /**
   * Carries revocations between processes faster than reading the database does, such as
   * `redisFeed` of `payload-jwt-revocation/redis`.
   *
   * @default none; each process reads the ledger every `pollInterval`
   */
  feed?: Feed
  access?: {
    /**
     * Who may read the ledger, and revoke what is not their own.
     *
     * @default whoever may enter the admin panel: every user of the collection that `admin.user` of
     *   the Payload config names, or those whom `access.admin` of that collection lets in
     */
    administrator?: (args: { req: PayloadRequest }) => boolean | Promise<boolean>
  }
  /**
   * The application's own rule: asked at each update of a user, and when it answers `true` every
   * session of that user ends. For a `disabled` box, a changed role or tenant. It gets both
   * documents, whole and at depth 0, whatever the caller selected or may read: right before the
   * save, and once more as they were saved. What it throws before the save stops it. A draft, which
   * changes no account, is not shown to it.
   *
   * @default none
   * @example revokeWhen: ({ doc, previousDoc }) => doc.role !== previousDoc.role
   */
  revokeWhen?: (change: AccountChange) => boolean | Promise<boolean>
  /**
   * Slug of the collection that holds the ledger.
   *
   * @default 'revocations'
   */
  slug?: string
  /**
   * A record of every login, for a list of a user's sessions: when, from where, with what device,
   * when it ended and why. `false`: none are kept.
   *
   * @default {}
   */
  sessions?: false | SessionRecordsOptions
  /**
   * How long a session may last, and how many a user may have.
   *
   * @default no limit
   */
  sessionLimits?: SessionLimitsOptions
  /**
   * How many proxies stand in front of the application and append to `X-Forwarded-For`: the
   * client's address is the one that the outermost of them saw. With 0 the header, which anyone can
   * send, is not believed, and no address is recorded.
   *
   * @default 0
   */
  trustProxy?: number
  /**
   * Seconds that a row of the ledger is kept for the audit after what it revoked has expired.
   *
   * @default 7_776_000, 90 days
   */
  retention?: number
  /**
   * Seconds between two purges of what `retention` no longer keeps, in every process; `false`:
   * only `revocations(payload).purge()` does it.
   *
   * @default 3_600
   */
  purgeInterval?: number | false
  /**
   * The longest time between a token's issue and its expiry, in seconds: how long a user's
   * cut-off is remembered. An older token is refused, since nobody could vouch for it. Raise it
   * when another plugin signs longer-lived tokens.
   *
   * @default the longest `auth.tokenExpiration` of all collections; never less than that
   */
  maxTokenLifetime?: number
  /**
   * When a process has not heard for so many seconds which tokens are revoked, it answers 503
   * rather than accept one that might be.
   *
   * @default 10
   */
  maxStaleness?: number
  /**
   * What happens to a token past `maxStaleness`. `refuse`: 503. `ask`: one direct
   * look-up in the feed, where it can answer, or the ledger, for half a second at most; 503 when
   * that fails. `accept`: the token counts unless it is known to be revoked; for sites that prefer
   * reach over safety.
   *
   * @default 'refuse'
   */
  whenStale?: WhenStale
  /**
   * Ask for every token, and keep no index: for serverless functions that live for one request.
   * The feed is asked where a process that follows (one that is not strict) has vouched for it
   * within `maxStaleness`, else the ledger.
   *
   * @default false
   */
  strict?: boolean
  /**
   * Opens `GET /api/revocation/health` to whoever sends it as a bearer secret, beside
   * administrators. At least 16 characters.
   *
   * @default none; administrators only
   */
  healthSecret?: string
  /**
   * Seconds between two readings of the ledger. Must be less than `maxStaleness`.
   *
   * @default 1, with a `feed` 3
   */
  pollInterval?: number
  /**
   * When no token was judged for so many seconds, this process rests: it reads the ledger no more,
   * the purge waits, and the first request afterwards catches up before it is answered. A tab that
   * listens for the live logout keeps it awake. With a `feed` the heartbeat goes on, see
   * `heartbeatAtRest`. `false`: it never rests.
   *
   * @default 60
   */
  restAfter?: number | false
  /**
   * Whether a process with a `feed` keeps up its heartbeat while it rests: a reading of the ledger
   * every half of `maxStaleness`. Guards and services that know Redis alone need it, from at least one
   * application. Their own `maxStaleness` must be no shorter than this one. `false`: while every
   * application rests such guards answer 503, and the database sleeps.
   *
   * @default true
   */
  heartbeatAtRest?: boolean
  /**
   * A refresh ends the token that was shown, after a grace in which other tabs may still use and
   * refresh it. If it comes back to be refreshed later, and the new one was shown, it was copied:
   * the whole session ends, reason `reuse-detected` (RFC 9700 §4.14.2). While nobody has shown the
   * new one the answer was lost, and the old one gets the same again; not with `sessions: false`.
   * `false`: a refreshed token lives until it expires.
   *
   * @default { grace: 10 }
   */
  rotation?:
    | false
    | {
        /**
         * Seconds. 0: the old token ends at once, and two tabs that refresh together log their user
         * out.
         *
         * @default 10
         */
        grace?: number
      }
  /**
   * Paths below `routes.api` that need no good token, such as `/api/users/oauth/callback`: `:name`
   * stands for one segment. A dead token counts as none there, so that it stops nobody from signing
   * in. An endpoint may say so itself: `custom: { jwtRevocation: { open: true } }`.
   *
   * @default []; Payload's own (login, forgot-password, reset-password, first-register, verify) are open
   */
  openPaths?: readonly string[]
  /**
   * Sends `Clear-Site-Data: "cache", "cookies", "storage"` with the answer to a logout over REST
   * or GraphQL, so that the browser drops what the site left there (OWASP ASVS 5.0, 14.3.1).
   * Every cookie of the domain goes, of other applications too; browsers heed it over HTTPS
   * only. The logout of `@payloadcms/next/auth` cannot set headers.
   *
   * @default false
   */
  clearSiteData?: boolean
  /**
   * Whoever ends other sessions than the current one over REST or GraphQL, also by a logout with
   * `allSessions`, must send the password of the own
   * account, administrators too (OWASP ASVS 5.0, 7.5.2). A wrong one counts as a failed login. An
   * account without a password (an API key, another strategy) can then end the current session
   * only.
   *
   * @default false
   */
  reauthentication?: boolean
  /**
   * What the application is told: `onRevoke`, `onReuseDetected`, `onRefused`. None holds a token,
   * and what a hook throws or how long it takes changes nothing.
   *
   * @default none
   */
  hooks?: RevocationHooks
  /**
   * Live logout: `GET /api/revocation/live` tells open tabs that their session has ended, and the
   * admin panel listens. `false` switches both off.
   *
   * @default {}
   */
  live?: LiveOptions | false
  /**
   * What administrators see in the admin panel: the page `/admin/revocation`, a card on the
   * dashboard, the tab "Sessions" of every user. `false` adds nothing to the panel but the ledger's
   * list, and needs nothing in the import map.
   *
   * @default true
   */
  admin?: boolean
}

export interface SessionRecordsOptions {
  /**
   * Slug of the collection.
   *
   * @default 'user-sessions'
   */
  slug?: string
  /**
   * Seconds that the record of an ended or expired session is kept.
   *
   * @default 2_592_000, 30 days
   */
  retention?: number
}

/** OWASP ASVS 5.0, 7.3 and 7.1.2. */
export interface SessionLimitsOptions {
  /**
   * Seconds from the login to the session's end, however often it is refreshed. No token is
   * issued past it.
   *
   * @default none
   */
  absoluteLifetime?: number
  /**
   * Seconds after which a session ends that was not refreshed. The admin panel refreshes while
   * it is used; other clients call `refresh-token`.
   *
   * @default none; `auth.tokenExpiration` ends it
   */
  idleTimeout?: number
  /**
   * How many sessions a user may have at once. Needs `sessions`.
   *
   * @default none
   */
  maxPerUser?: number
  /**
   * What a login past `maxPerUser` does. `end-oldest`: it ends the user's oldest session, reason
   * `session-limit`. `refuse`: it is answered with 403, name `SessionLimitReached`.
   *
   * @default 'end-oldest'
   */
  whenFull?: 'end-oldest' | 'refuse'
}

/** A user's document before and after an update. */
export interface AccountChange {
  collection: string
  doc: JsonObject
  previousDoc: JsonObject
  req: PayloadRequest
}
