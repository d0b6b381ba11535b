import { invalidOption } from '../../core/errors.js'
import { requireDuration, requireNames, requireSlug } from '../../core/requireOption.js'
import type { SessionLimits } from '../../core/sessionLimits.js'
import type {
  JwtRevocationOptions,
  SessionLimitsOptions,
  SessionRecordsOptions,
} from './options.js'

/** The settings of sessions and of retention times. */
export interface SessionSettings {
  /** `undefined`: no records are kept. */
  sessions: { slug: string; retentionMs: number; lastActiveMs: number | undefined } | undefined
  sessionLimits: SessionLimits
  /** `Infinity`: no limit. */
  maxSessionsPerUser: number
  whenFull: NonNullable<SessionLimitsOptions['whenFull']>
  trustProxy: number
  ledgerRetentionMs: number
  /** `undefined`: nothing is purged automatically. */
  purgeIntervalMs: number | undefined
}

const DAY = 86_400

/** @throws RevocationError `invalid-option`, naming the option */
export function sessionSettingsFrom(
  options: JwtRevocationOptions,
  { ledgerSlug }: { ledgerSlug: string },
): SessionSettings {
  const { sessions = {}, sessionLimits = {} } = options
  const { trustProxy = 0, retention = 90 * DAY, purgeInterval = 3_600 } = options
  requireDuration('retention', retention, 0)
  if (purgeInterval !== false) requireDuration('purgeInterval', purgeInterval, 1)
  if (!Number.isSafeInteger(trustProxy) || trustProxy < 0) {
    throw invalidOption('trustProxy', 'a whole number of proxies, 0 or more')
  }
  const records =
    sessions === false
      ? undefined
      : recordsFrom(sessions, { ledgerSlug, isStrict: options.strict === true })
  const { absoluteLifetime, idleTimeout, maxPerUser, whenFull } = limitsFrom(sessionLimits)
  if (maxPerUser !== undefined && !records) {
    throw invalidOption('sessionLimits.maxPerUser', 'left out when `sessions` is false')
  }
  return {
    sessions: records,
    sessionLimits: {
      ...(absoluteLifetime !== undefined && { absoluteLifetimeMs: absoluteLifetime * 1_000 }),
      ...(idleTimeout !== undefined && { idleTimeoutMs: idleTimeout * 1_000 }),
    },
    maxSessionsPerUser: maxPerUser ?? Number.POSITIVE_INFINITY,
    whenFull: whenFull ?? 'end-oldest',
    trustProxy,
    ledgerRetentionMs: retention * 1_000,
    purgeIntervalMs: purgeInterval === false ? undefined : purgeInterval * 1_000,
  }
}

function recordsFrom(
  options: SessionRecordsOptions,
  { ledgerSlug, isStrict }: { ledgerSlug: string; isStrict: boolean },
) {
  requireNames(options, RECORDS_NAMES, 'sessions')
  const { slug = 'user-sessions', retention = 30 * DAY } = options
  const { lastActive = isStrict ? false : 300 } = options
  requireSlug('sessions.slug', slug)
  if (slug === ledgerSlug)
    throw invalidOption('sessions.slug', 'different from the ledger’s `slug`')
  requireDuration('sessions.retention', retention, 0)
  if (lastActive !== false) requireDuration('sessions.lastActive', lastActive, 1)
  const lastActiveMs = lastActive === false ? undefined : lastActive * 1_000
  return { slug, retentionMs: retention * 1_000, lastActiveMs }
}

const RECORDS_NAMES = Object.keys({
  slug: true,
  retention: true,
  lastActive: true,
} satisfies Record<keyof SessionRecordsOptions, true>)

const LIMIT_NAMES = Object.keys({
  absoluteLifetime: true,
  idleTimeout: true,
  maxPerUser: true,
  whenFull: true,
} satisfies Record<keyof SessionLimitsOptions, true>)

function limitsFrom(options: SessionLimitsOptions): SessionLimitsOptions {
  requireNames(options, LIMIT_NAMES, 'sessionLimits')
  for (const name of ['absoluteLifetime', 'idleTimeout'] as const) {
    if (options[name] !== undefined) requireDuration(`sessionLimits.${name}`, options[name], 1)
  }
  const { maxPerUser, whenFull } = options
  if (maxPerUser !== undefined && !(Number.isSafeInteger(maxPerUser) && maxPerUser > 0)) {
    throw invalidOption('sessionLimits.maxPerUser', 'a whole number, 1 or more')
  }
  if (whenFull !== undefined && whenFull !== 'end-oldest' && whenFull !== 'refuse') {
    throw invalidOption('sessionLimits.whenFull', 'end-oldest or refuse')
  }
  return options
}
