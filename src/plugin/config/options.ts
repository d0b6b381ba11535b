import type { JsonObject, PayloadRequest } from 'payload'
import type { Feed } from '../../core/ports.js'
import type { WhenStale } from '../../core/verdict.js'
import type { RevocationHooks } from './hooks.js'
import type { IdentityProviderOptions } from './identityProviders.js'
import type { LiveOptions } from './liveLimits.js'
import type { ServiceOptions } from './services.js'

export interface JwtRevocationOptions {
  /**
   * Carries revocations between processes faster than the database does, for example `redisFeed`
   * from `payload-jwt-revocation/redis`.
   *
   * @default none; each process reads the ledger every `pollInterval`
   */
  feed?: Feed
  access?: {
    /**
     * Who may read the ledger and revoke what belongs to others.
     *
     * @default everyone who may enter the admin panel: all users of the collection in `admin.user`
     * of the Payload config, or those that `access.admin` of that collection admits
     */
    administrator?: (args: { req: PayloadRequest }) => boolean | Promise<boolean>
  }
  /**
   * The application's own rule. It is called at each update of a user; if it returns `true`, every
   * session of that user ends. Use it for a `disabled` checkbox or a changed role or tenant. It
   * receives both documents in full, at depth 0, whatever the caller selected or may read. It is
   * called right before the save, and again with the saved documents. An error before the save
   * prevents the save. It is not called for drafts, because they do not change the account.
   *
   * @default none
   * @example revokeWhen: ({ doc, previousDoc }) => doc.role !== previousDoc.role
   */
  revokeWhen?: (change: AccountChange) => boolean | Promise<boolean>
  /**
   * The slug of the ledger's collection.
   *
   * @default 'revocations'
   */
  slug?: string
  /**
   * Keeps a record of every login, for the list of a user's sessions: when, from where, with which
   * device, when it ended and why. `false`: no records.
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
   * The number of proxies in front of the application that append to `X-Forwarded-For`. The
   * client's address is the one that the outermost of them saw. With 0 the header is ignored,
   * because anyone can send it, and no address is recorded.
   *
   * @default 0
   */
  trustProxy?: number
  /**
   * How long a row of the ledger is kept for audits after its revocation has expired, in seconds.
   *
   * @default 7_776_000, 90 days
   */
  retention?: number
  /**
   * How often each process deletes what `retention` no longer keeps, in seconds. `false`: only
   * `revocations(payload).purge()` deletes.
   *
   * @default 3_600
   */
  purgeInterval?: number | false
  /**
   * The longest time between a token's issue and its expiry, in seconds. Cut-offs of a user are
   * kept this long. An older token is refused, because nobody can tell whether it was revoked.
   * Raise this value if another plugin signs tokens that live longer.
   *
   * @default the longest `auth.tokenExpiration` of all collections, which is also the minimum
   */
  maxTokenLifetime?: number
  /**
   * How old a process's knowledge of revoked tokens may be, in seconds. Above it the process
   * answers 503 rather than accept a token that might be revoked.
   *
   * @default 10
   */
  maxStaleness?: number
  /**
   * What happens to a token above `maxStaleness`. `refuse`: 503. `ask`: one direct look-up, in the
   * feed if it can answer, else in the ledger, for at most half a second; 503 if that fails.
   * `accept`: the token is accepted unless it is known to be revoked; for sites that prefer
   * availability to safety.
   *
   * @default 'refuse'
   */
  whenStale?: WhenStale
  /**
   * Looks up every token and keeps no index, for serverless functions that live for one request. It
   * asks the feed, provided that a process without `strict` has vouched for the feed within
   * `maxStaleness`; otherwise it asks the ledger.
   *
   * @default false
   */
  strict?: boolean
  /**
   * Opens `GET /api/revocation/health` to requests with this bearer secret, besides administrators.
   * At least 16 characters.
   *
   * @default none; administrators only
   */
  healthSecret?: string
  /**
   * Seconds between two readings of the ledger. Must be less than `maxStaleness`.
   *
   * @default 1; with a `feed` 3
   */
  pollInterval?: number
  /**
   * This process rests when it has judged no token for this many seconds: it stops reading the
   * ledger, and the purge waits. The first request after a rest catches up before it is answered. A
   * tab that listens for live logout keeps the process awake. With a `feed` the heartbeat
   * continues, see `heartbeatAtRest`. `false`: it never rests.
   *
   * @default 60
   */
  restAfter?: number | false
  /**
   * Whether a process with a `feed` keeps sending its heartbeat while it rests. To do so it reads
   * the ledger every half of `maxStaleness`. Guards and services that use only Redis need the
   * heartbeat of at least one application, and their own `maxStaleness` must not be smaller than
   * this one. `false`: while every application rests, such guards answer 503 and the database can
   * sleep.
   *
   * @default true
   */
  heartbeatAtRest?: boolean
  /**
   * A refresh ends the old token after a grace period, in which other tabs may still use and
   * refresh it. If the old token is used for a refresh later, and the new token was already used,
   * then somebody copied it: the whole session ends, reason `reuse-detected` (RFC 9700 §4.14.2). If
   * nobody has used the new token, the answer to the refresh was lost, and the old token receives
   * the same new token again (not with `sessions: false`). `false`: a refreshed token stays valid
   * until it expires.
   *
   * @default { grace: 10 }
   */
  rotation?:
    | false
    | {
        /**
         * The grace period in seconds. 0: the old token ends at once, and two tabs that refresh at
         * the same time log their user out.
         *
         * @default 10
         */
        grace?: number
      }
  /**
   * Paths below `routes.api` that need no good token, such as `/api/users/oauth/callback`; `:name`
   * stands for one segment. There a dead token counts as no token, so that it cannot stop a
   * sign-in. An endpoint can also declare it: `custom: { jwtRevocation: { open: true } }`.
   *
   * @default []; Payload's own sign-in paths (login, forgot-password, reset-password,
   * first-register, verify) are always open
   */
  openPaths?: readonly string[]
  /**
   * Sends `Clear-Site-Data: "cache", "cookies", "storage"` with the answer to a logout over REST or
   * GraphQL, so that the browser deletes what the site stored (OWASP ASVS 5.0, 14.3.1). It deletes
   * every cookie of the domain, including those of other applications. Browsers obey it only over
   * HTTPS. The logout of `@payloadcms/next/auth` cannot set headers.
   *
   * @default false
   */
  clearSiteData?: boolean
  /**
   * Asks for the account's password when a user ends sessions other than the current one over REST
   * or GraphQL, or logs out with `allSessions`. This includes administrators, who send their own
   * password (OWASP ASVS 5.0, 7.5.2). A wrong password counts as a failed login. An account without
   * a password (an API key, another strategy) can then end only the current session.
   *
   * @default false
   */
  reauthentication?: boolean
  /**
   * Hooks of the application: `onRevoke`, `onReuseDetected`, `onRefused`. No hook receives a token.
   * No error in a hook changes a revocation.
   *
   * @default none
   */
  hooks?: RevocationHooks
  /**
   * Live logout: `GET /api/revocation/live` tells open tabs that their session has ended, and the
   * admin panel listens to it. `false` turns both off.
   *
   * @default {}
   */
  live?: LiveOptions | false
  /**
   * Other services that may ask about tokens: over introspection (RFC 7662), and through a gateway
   * that asks `/api/revocation/verify`. A service needs the secret given here, and never the secret
   * of the Payload config.
   *
   * @default []; then `/api/revocation/oauth/introspect` and `/api/revocation/verify` do not exist
   */
  services?: readonly ServiceOptions[]
  /**
   * Providers that log people in with OpenID Connect and may log them out again (OpenID Connect
   * Back-Channel Logout 1.0). Each gets an address to call. The session records then have three more
   * columns, so make a migration.
   *
   * @default []; then `/api/revocation/backchannel-logout/<name>` does not exist
   */
  identityProviders?: readonly IdentityProviderOptions[]
  /**
   * Adds pages for administrators to the admin panel: `/admin/revocation`, a card on the dashboard,
   * and the tab "Sessions" of every user. Adds "My sessions" for everyone who may enter the panel, in
   * the menu beside "Log out". With `false` the panel shows only the ledger's list, and
   * the import map needs no entries.
   *
   * @default true
   */
  admin?: boolean
}

export interface SessionRecordsOptions {
  /**
   * The slug of the collection.
   *
   * @default 'user-sessions'
   */
  slug?: string
  /**
   * How long the record of an ended or expired session is kept, in seconds.
   *
   * @default 2_592_000, 30 days
   */
  retention?: number
  /**
   * How precisely a session record says when the session was last active, in seconds. A request
   * with a token writes it in the background, at most once in this time. The requests in between
   * neither write nor read anything for it. `false`: it is not recorded, and lists show the last
   * refresh.
   *
   * @default 300; `false` with `strict`, where each process would write for its only request
   */
  lastActive?: number | false
}

/** OWASP ASVS 5.0, 7.3 and 7.1.2. */
export interface SessionLimitsOptions {
  /**
   * Seconds from the login to the end of the session, however often it is refreshed. No token is
   * valid beyond it.
   *
   * @default none
   */
  absoluteLifetime?: number
  /**
   * Seconds without a refresh after which a session ends. The admin panel refreshes while it is in
   * use; other clients call `refresh-token`.
   *
   * @default none; `auth.tokenExpiration` ends it
   */
  idleTimeout?: number
  /**
   * How many sessions a user may have at the same time. Needs `sessions`.
   *
   * @default none
   */
  maxPerUser?: number
  /**
   * What happens at a login above `maxPerUser`. `end-oldest`: the user's oldest session ends,
   * reason `session-limit`. `refuse`: the login gets 403, name `SessionLimitReached`.
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
