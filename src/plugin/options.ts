import type { JsonObject, PayloadRequest } from 'payload'
import type { WhenStale } from '../core/denylist.js'
import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'

export interface JwtRevocationOptions {
  /**
   * Carries revocations between processes faster than reading the database does, such as
   * `redisFeed` of `payload-jwt-revocation/redis`. Default: none, each process reads the
   * ledger every `pollIntervalMs`.
   */
  feed?: Feed
  access?: {
    /**
     * Who may read the ledger. Default: every user of the collection that `admin.user` of the
     * Payload config names.
     */
    administrator?: (args: { req: PayloadRequest }) => boolean | Promise<boolean>
  }
  /**
   * The application's own rule: called after each update of a user, and when it answers `true`
   * every session of that user ends. For a `disabled` box, a changed role or tenant. Default none.
   *
   * @example revokeWhen: ({ doc, previousDoc }) => doc.role !== previousDoc.role
   */
  revokeWhen?: (change: AccountChange) => boolean | Promise<boolean>
  /** Slug of the collection that holds the ledger. Default `revocations`. */
  slug?: string
  /**
   * The longest time between a token's issue and its expiry, in seconds: how long a user's
   * cut-off is remembered. An older token is refused, since nobody could vouch for it. Raise it
   * when another plugin signs longer-lived tokens. Default: the longest `auth.tokenExpiration`
   * of all collections; never less than that.
   */
  maxTokenLifetime?: number
  /**
   * When a process has not heard for this long, in milliseconds, which tokens are revoked, it
   * answers 503 rather than accept one that might be. Default 10,000.
   */
  maxStalenessMs?: number
  /**
   * What happens to a token past `maxStalenessMs`. `refuse` (default): 503. `ask`: one direct
   * look-up in the feed, where it can answer, or the ledger, for half a second at most; 503 when
   * that fails. `accept`: the token counts unless it is known to be revoked; for sites that prefer
   * reach over safety.
   */
  whenStale?: WhenStale
  /**
   * Ask the feed (or the ledger) for every token, and keep no index: for serverless functions that
   * live for one request. Default false.
   */
  strict?: boolean
  /**
   * Opens `GET /api/revocation/health` to whoever sends it as a bearer secret, beside
   * administrators. At least 16 characters. Default: administrators only.
   */
  healthSecret?: string
  /**
   * Milliseconds between two readings of the ledger. Default 1,000, or 5,000 with a `feed`.
   * Must be less than `maxStalenessMs`.
   */
  pollIntervalMs?: number
}

/** A user's document before and after an update. */
export interface AccountChange {
  collection: string
  doc: JsonObject
  previousDoc: JsonObject
  req: PayloadRequest
}

/** The options with every default filled in that does not depend on the Payload config. */
export interface Settings {
  feed: Feed | undefined
  administrator: NonNullable<NonNullable<JwtRevocationOptions['access']>['administrator']>
  revokeWhen: JwtRevocationOptions['revokeWhen']
  slug: string
  maxTokenLifetimeMs: number
  maxStalenessMs: number
  whenStale: WhenStale
  isStrict: boolean
  healthSecret: string | undefined
  pollIntervalMs: number
}

/** @throws RevocationError `invalid-option`, naming the option */
export function settingsFrom(options: JwtRevocationOptions): Settings {
  const {
    feed,
    access,
    slug = 'revocations',
    maxTokenLifetime = 0,
    maxStalenessMs = 10_000,
  } = options
  const { pollIntervalMs = feed ? 5_000 : 1_000 } = options
  const { revokeWhen } = options
  const { whenStale = 'refuse', strict = false, healthSecret } = options
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.has(name))
  if (unknown) throw invalidOption(unknown, `one of ${[...OPTION_NAMES].join(', ')}`)
  if (feed !== undefined && !isFeed(feed))
    throw invalidOption('feed', 'a Feed, such as redisFeed()')
  if (access?.administrator !== undefined && typeof access.administrator !== 'function') {
    throw invalidOption('access.administrator', 'a function')
  }
  if (revokeWhen !== undefined && typeof revokeWhen !== 'function') {
    throw invalidOption('revokeWhen', 'a function')
  }
  if (typeof slug !== 'string' || !/^[a-z][\w-]*$/i.test(slug)) {
    throw invalidOption('slug', 'a collection slug')
  }
  if (!WHEN_STALE.has(whenStale)) throw invalidOption('whenStale', [...WHEN_STALE].join(', '))
  if (typeof strict !== 'boolean') throw invalidOption('strict', 'true or false')
  if (
    healthSecret !== undefined &&
    !(typeof healthSecret === 'string' && healthSecret.length >= 16)
  ) {
    throw invalidOption('healthSecret', 'a text of at least 16 characters')
  }
  requireDuration('maxTokenLifetime', maxTokenLifetime, 0)
  requireDuration('maxStalenessMs', maxStalenessMs, 1)
  requireDuration('pollIntervalMs', pollIntervalMs, 10)
  if (pollIntervalMs >= maxStalenessMs)
    throw invalidOption('pollIntervalMs', 'less than maxStalenessMs')
  return {
    feed,
    administrator: access?.administrator ?? isAdminUser,
    revokeWhen,
    slug,
    maxTokenLifetimeMs: maxTokenLifetime * 1000,
    maxStalenessMs,
    whenStale,
    isStrict: strict,
    healthSecret,
    pollIntervalMs,
  }
}

const OPTION_NAMES = new Set([
  'feed',
  'access',
  'revokeWhen',
  'slug',
  'maxTokenLifetime',
  'maxStalenessMs',
  'whenStale',
  'strict',
  'healthSecret',
  'pollIntervalMs',
])

const WHEN_STALE = new Set<string>(['refuse', 'ask', 'accept'] satisfies WhenStale[])

const isAdminUser: Settings['administrator'] = ({ req }) =>
  req.user?.collection === req.payload.config.admin.user

const isFeed = (value: unknown): value is Feed =>
  typeof value === 'object' &&
  value !== null &&
  ['publish', 'follow', 'refresh', 'close'].every(
    (method) => typeof (value as Record<string, unknown>)[method] === 'function',
  )

function requireDuration(option: string, value: unknown, least: number) {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw invalidOption(option, `a number, ${least} or more`)
  }
}
