import type { CollectionSlug } from 'payload'
import { invalidOption } from '../../core/errors.js'
import type { Feed } from '../../core/ports.js'
import { requireDuration, requireNames, requireSlug } from '../../core/requireOption.js'
import { DEFAULT_REST_AFTER } from '../../core/rest.js'
import type { WhenStale } from '../../core/verdict.js'
import type { RevocationHooks } from './hooks.js'
import { type IdentityProvider, identityProvidersFrom } from './identityProviders.js'
import { type LiveLimits, liveLimits } from './liveLimits.js'
import type { JwtRevocationOptions } from './options.js'
import { type Service, servicesFrom } from './services.js'
import { type SessionSettings, sessionSettingsFrom } from './sessionSettings.js'

/** The options, with every default that does not depend on the Payload config. */
export interface Settings extends SessionSettings {
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
  /** `undefined`: it never rests. */
  restAfterMs: number | undefined
  isHeartbeatKept: boolean
  /** How long a refreshed token stays valid, in milliseconds; `undefined`: until it expires. */
  graceMs: number | undefined
  isSiteDataCleared: boolean
  isReauthenticating: boolean
  hooks: RevocationHooks
  /** `undefined` when live logout is off. */
  live: LiveLimits | undefined
  services: readonly Service[]
  identityProviders: readonly IdentityProvider[]
  isAdminPanelOn: boolean
  openPaths: readonly string[]
}

/** @throws RevocationError `invalid-option`, naming the option */
export function settingsFrom(options: JwtRevocationOptions): Settings {
  const { feed, access, slug = 'revocations', maxTokenLifetime = 0, maxStaleness = 10 } = options
  const { pollInterval = feed ? 3 : 1 } = options
  const { revokeWhen, restAfter = DEFAULT_REST_AFTER, heartbeatAtRest = true } = options
  const { whenStale = 'refuse', strict = false, healthSecret } = options
  const { rotation = {}, clearSiteData = false } = options
  const { reauthentication = false, hooks = {}, admin = true, openPaths = [] } = options
  requireNames(options, OPTION_NAMES)
  if (feed !== undefined && !isFeed(feed))
    throw invalidOption('feed', 'a Feed, such as redisFeed()')
  if (feed?.canBeFollowed === false) {
    throw invalidOption('feed', 'a feed that keeps its connection')
  }
  if (access?.administrator !== undefined && typeof access.administrator !== 'function') {
    throw invalidOption('access.administrator', 'a function')
  }
  if (revokeWhen !== undefined && typeof revokeWhen !== 'function') {
    throw invalidOption('revokeWhen', 'a function')
  }
  requireSlug('slug', slug)
  if (!WHEN_STALE.has(whenStale)) throw invalidOption('whenStale', [...WHEN_STALE].join(', '))
  if (typeof strict !== 'boolean') throw invalidOption('strict', 'true or false')
  if (typeof clearSiteData !== 'boolean') throw invalidOption('clearSiteData', 'true or false')
  if (typeof reauthentication !== 'boolean') {
    throw invalidOption('reauthentication', 'true or false')
  }
  if (typeof admin !== 'boolean') throw invalidOption('admin', 'true or false')
  if (!Array.isArray(openPaths) || !openPaths.every(isPath)) {
    throw invalidOption('openPaths', 'a list of paths that begin with a slash')
  }
  if (
    healthSecret !== undefined &&
    !(typeof healthSecret === 'string' && healthSecret.length >= 16)
  ) {
    throw invalidOption('healthSecret', 'a string of at least 16 characters')
  }
  requireHooks(hooks)
  const sessionSettings = sessionSettingsFrom(options, { ledgerSlug: slug })
  if (rotation !== false && (typeof rotation !== 'object' || rotation === null)) {
    throw invalidOption('rotation', 'false or an object')
  }
  const { grace = 10 } = rotation || {}
  requireDuration('rotation.grace', grace, 0)
  requireDuration('maxTokenLifetime', maxTokenLifetime, 0)
  requireDuration('maxStaleness', maxStaleness, 0.001)
  requireDuration('pollInterval', pollInterval, 0.01)
  if (restAfter !== false) requireDuration('restAfter', restAfter, 1)
  if (typeof heartbeatAtRest !== 'boolean') throw invalidOption('heartbeatAtRest', 'true or false')
  if (pollInterval >= maxStaleness) throw invalidOption('pollInterval', 'less than maxStaleness')
  return {
    feed,
    administrator: access?.administrator ?? isAdminUser,
    revokeWhen,
    slug,
    maxTokenLifetimeMs: maxTokenLifetime * 1_000,
    maxStalenessMs: maxStaleness * 1_000,
    whenStale,
    isStrict: strict,
    healthSecret,
    pollIntervalMs: pollInterval * 1_000,
    restAfterMs: restAfter === false ? undefined : restAfter * 1_000,
    isHeartbeatKept: heartbeatAtRest,
    graceMs: rotation ? grace * 1_000 : undefined,
    isSiteDataCleared: clearSiteData,
    isReauthenticating: reauthentication,
    hooks,
    live: liveLimits(options.live),
    services: servicesFrom(options.services),
    identityProviders: identityProvidersFrom(options.identityProviders, {
      hasSessions: sessionSettings.sessions !== undefined,
    }),
    ...sessionSettings,
    isAdminPanelOn: admin,
    openPaths,
  }
}

const OPTION_NAMES = Object.keys({
  feed: true,
  access: true,
  revokeWhen: true,
  slug: true,
  maxTokenLifetime: true,
  maxStaleness: true,
  whenStale: true,
  strict: true,
  healthSecret: true,
  pollInterval: true,
  restAfter: true,
  heartbeatAtRest: true,
  rotation: true,
  clearSiteData: true,
  reauthentication: true,
  hooks: true,
  live: true,
  sessions: true,
  sessionLimits: true,
  trustProxy: true,
  retention: true,
  purgeInterval: true,
  services: true,
  identityProviders: true,
  admin: true,
  openPaths: true,
} satisfies Record<keyof JwtRevocationOptions, true>)

const HOOK_NAMES = Object.keys({
  onRevoke: true,
  onReuseDetected: true,
  onRefused: true,
} satisfies Record<keyof RevocationHooks, true>)

const WHEN_STALE = new Set<string>(['refuse', 'ask', 'accept'] satisfies WhenStale[])

/**
 * Whether Payload admits the user to the admin panel. Some users of that collection may not enter.
 */
const isAdminUser: Settings['administrator'] = async ({ req }) => {
  const { collections, config } = req.payload
  const { user } = config.admin
  if (req.user?.collection !== user) return false
  const { admin } = collections[user as CollectionSlug]?.config.access ?? {}
  // From Payload 4 on, `slug` is among the arguments.
  const args = { req, slug: user }
  return admin ? Boolean(await admin(args)) : true
}

const isPath = (value: unknown) => typeof value === 'string' && value.startsWith('/')

const isFeed = (value: unknown): value is Feed =>
  typeof value === 'object' &&
  value !== null &&
  ['publish', 'follow', 'refresh', 'close'].every(
    (method) => typeof (value as Record<string, unknown>)[method] === 'function',
  )

function requireHooks(hooks: RevocationHooks) {
  requireNames(hooks, HOOK_NAMES, 'hooks')
  for (const [name, hook] of Object.entries(hooks)) {
    if (hook !== undefined && typeof hook !== 'function')
      throw invalidOption(`hooks.${name}`, 'a function')
  }
}
