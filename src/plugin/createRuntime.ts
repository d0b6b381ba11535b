import {
  generateExpiredPayloadCookie,
  headersWithCors,
  type Payload,
  type PayloadRequest,
} from 'payload'
import { createClearCookie } from '../core/clearCookie.js'
import { createDenylist, type DenylistOptions } from '../core/denylist.js'
import { processWide } from '../core/processWide.js'
import type { Settings } from './config/settings.js'
import { openedPaths } from './gate/gateEndpoints.js'
import { createRefusalLog } from './gate/refusalLog.js'
import { isRefresh } from './request/isRefresh.js'
import { verifyToken } from './request/verifyToken.js'
import { loggerOf } from './runtime/loggerOf.js'
import { countRevocation, observe } from './runtime/metrics.js'
import type { Runtime } from './runtime/runtime.js'
import { forgetUsers } from './storage/forgetUsers.js'
import { createHookCalls } from './storage/hookCalls.js'
import { payloadLedger } from './storage/payloadLedger.js'
import { purgeRegularly } from './storage/purge.js'
import { createSessionActivity, type SessionActivity } from './storage/sessionActivity.js'
import { createSessionEnds } from './storage/sessionEnds.js'
import { sessionStore } from './storage/sessionStore.js'

/**
 * Puts the parts together for one Payload instance and registers them for the process, until the
 * instance ends (`payload.destroy()`). All other code uses `runtimeOf`.
 */
export function createRuntime(
  payload: Payload,
  settings: Settings,
  { ledgerWindowMs }: Pick<DenylistOptions, 'ledgerWindowMs'> = {},
): Runtime {
  const { runtimes, running } = processWide()
  const sessions =
    settings.sessions &&
    sessionStore(payload, { slug: settings.sessions.slug, ledger: settings.slug })
  const { onRevoke } = settings.hooks
  const calls = onRevoke && createHookCalls(payload, { onRevoke, slug: settings.slug, sessions })
  const ends = sessions && createSessionEnds(sessions, payload.logger)
  const { bookkeepingOf } = calls ?? {}
  const ledger = payloadLedger(payload, settings.slug, { bookkeepingOf, ends })
  const activity = activityOf(payload, settings)
  const runtime: Runtime = {
    ...{ ledger, settings, sessions, activity },
    denylist: createDenylist({
      ledger,
      feed: settings.feed,
      maxTokenLifetimeMs: maxTokenLifetimeMs(payload, settings),
      maxStalenessMs: settings.maxStalenessMs,
      whenStale: settings.whenStale,
      isStrict: settings.isStrict,
      sessionLimits: settings.sessionLimits,
      onRevoked(revocation) {
        countRevocation(revocation)
        return Promise.all([calls?.call(revocation), ends?.record(revocation)])
      },
      pollIntervalMs: settings.pollIntervalMs,
      restAfterMs: settings.isStrict ? undefined : settings.restAfterMs,
      isHeartbeatKept: settings.isHeartbeatKept,
      ledgerWindowMs,
      logger: payload.logger,
    }),
    get location() {
      const { cookiePrefix, auth, csrf } = payload.config
      return { cookiePrefix, jwtOrder: auth.jwtOrder, csrf }
    },
    lifetimeOf: (collection) =>
      lifetimeMs(payload, settings, { collection, longest: runtime.denylist.maxTokenLifetimeMs }),
    forgetUser: ({ collection, id }, req) =>
      forgetUsers(payload, settings, { collection, ids: [id] }, req),
    logger: loggerOf(payload),
    isOurs: (text) => verifyToken(payload, text) !== undefined,
    clearCookie: createClearCookie({
      lookup: ledger,
      expiredCookie: (collection) => expiredCookie(payload, collection),
    }),
    get routes() {
      const { admin, api } = payload.config.routes
      return { admin, api }
    },
    isOpen: openedPaths(payload.config, settings.openPaths),
    addCors: (headers, request) => {
      headersWithCors({ headers, req: { headers: request, payload } as PayloadRequest })
    },
    isForGate: (request) => isRefresh(request, { graphQLPath: payload.config.routes.graphQL }),
    logRefusal: createRefusalLog(payload, () => runtime),
  }
  runtimes.set(payload, runtime)
  running.add(runtime)
  const stopObserving = observe(runtime.denylist)
  const stopPurging = purgeRegularly(payload, settings, {
    isAtRest: () => runtime.denylist.state.isAtRest,
  })
  calls?.start()
  endWith(payload, async () => {
    stopObserving()
    running.delete(runtime)
    runtimes.delete(payload)
    const written = [ends?.settled(), activity?.settled()]
    await Promise.all([runtime.denylist.close(), stopPurging(), calls?.close(), ...written])
  })
  return runtime
}

function activityOf(payload: Payload, { sessions }: Settings): SessionActivity | undefined {
  if (sessions?.lastActiveMs === undefined) return undefined
  const { slug, lastActiveMs: everyMs } = sessions
  return createSessionActivity(payload, { slug, everyMs, logger: loggerOf(payload) })
}

function expiredCookie({ collections, config }: Payload, collection: string): string {
  const named = Object.hasOwn(collections, collection) ? collections[collection] : undefined
  const known = named?.config.auth || collections[config.admin.user]?.config.auth
  if (!known) return `${config.cookiePrefix}-token=; Path=/; Max-Age=0`
  const { cookiePrefix } = config
  return String(generateExpiredPayloadCookie({ collectionAuthConfig: known, cookiePrefix }))
}

const maxTokenLifetimeMs = (payload: Payload, settings: Settings) =>
  payload.config.collections.reduce(
    (longest, { auth }) => Math.max(longest, (auth?.tokenExpiration ?? 0) * 1000),
    settings.maxTokenLifetimeMs,
  )

/**
 * If some process declared a longer lifetime than this configuration has, there are tokens that
 * were issued under another configuration.
 */
function lifetimeMs(
  payload: Payload,
  settings: Settings,
  { collection, longest }: { collection: string; longest: number },
): number {
  if (longest > maxTokenLifetimeMs(payload, settings)) return longest
  const { collections } = payload
  const auth = Object.hasOwn(collections, collection) && collections[collection]?.config.auth
  return auth ? auth.tokenExpiration * 1_000 : longest
}

/** Payload has no hook for the end of an instance. */
function endWith(payload: Payload, end: () => Promise<void>) {
  const destroy = payload.destroy
  payload.destroy = async () => {
    payload.destroy = destroy
    await end()
    await destroy()
  }
}
