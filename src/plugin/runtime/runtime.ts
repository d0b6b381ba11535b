import { generateExpiredPayloadCookie, type Payload } from 'payload'
import { createDenylist } from '../../core/denylist.js'
import type { Ledger } from '../../core/ports.js'
import { type Runtime as CoreRuntime, processWide } from '../../core/processWide.js'
import { callHook } from '../config/hooks.js'
import type { Settings } from '../config/settings.js'
import { createRefusals } from '../gate/refusalLog.js'
import { isRefresh } from '../request/isRefresh.js'
import { createEndNotes } from '../storage/endNotes.js'
import { payloadLedger } from '../storage/payloadLedger.js'
import { purgeRegularly } from '../storage/purge.js'
import { type SessionStore, sessionStore } from '../storage/sessionStore.js'
import { detectReuse } from '../tokens/reuse.js'
import { countRevocation, observe } from './metrics.js'

/** What the parts of the plugin share for one Payload instance. */
export interface Runtime extends CoreRuntime {
  readonly ledger: Ledger
  readonly settings: Settings
  /** `undefined` when no records of sessions are kept. */
  readonly sessions: SessionStore | undefined
  readonly noteRefusal: NonNullable<CoreRuntime['noteRefusal']>
}

/**
 * The runtime of a Payload instance, made when it is first asked for, by whichever bundle asks
 * first. It ends with the instance (`payload.destroy()`).
 */
export function runtimeOf(payload: Payload, settings: Settings): Runtime {
  const { runtimes, live } = processWide()
  // The start-up proof asks with an object that inherits from the instance.
  const known = (runtimes.get(payload) ?? runtimes.get(Object.getPrototypeOf(payload))) as
    | Runtime
    | undefined
  if (known) return known
  const ledger = payloadLedger(payload, settings.slug)
  const { hooks } = settings
  const sessions = settings.sessions && sessionStore(payload, settings.sessions.slug)
  const notes = sessions && createEndNotes(sessions, payload.logger)
  const runtime: Runtime = {
    ...{ ledger, settings, sessions },
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
        const event = { revocation, payload }
        if (revocation.lifts === undefined)
          callHook('onRevoke', { hook: hooks.onRevoke, event, payload })
        return notes?.note(revocation)
      },
      pollIntervalMs: settings.pollIntervalMs,
      logger: payload.logger,
    }),
    get location() {
      const { cookiePrefix, auth, csrf } = payload.config
      return { cookiePrefix, jwtOrder: auth.jwtOrder, csrf }
    },
    expiredCookie: (collection) => expiredCookie(payload, collection),
    async detectReuse(refusal, request) {
      if (!(await isRefresh(request, { graphQLPath: payload.config.routes.graphQL }))) return
      await detectReuse(runtime, { refusal, payload, headers: request.headers })
    },
    noteRefusal: createRefusals(payload, () => runtime),
  }
  runtimes.set(payload, runtime)
  live.add(runtime)
  const stopObserving = observe(runtime.denylist)
  const stopPurging = purgeRegularly(payload, settings)
  endWith(payload, async () => {
    stopObserving()
    live.delete(runtime)
    runtimes.delete(payload)
    await Promise.all([runtime.denylist.close(), stopPurging(), notes?.settled()])
  })
  return runtime
}

function expiredCookie({ collections, config }: Payload, collection: string): string {
  const known = collections[collection]?.config.auth ?? collections[config.admin.user]?.config.auth
  if (!known) return `${config.cookiePrefix}-token=; Path=/; Max-Age=0`
  const { cookiePrefix } = config
  return String(generateExpiredPayloadCookie({ collectionAuthConfig: known, cookiePrefix }))
}

const maxTokenLifetimeMs = (payload: Payload, settings: Settings) =>
  payload.config.collections.reduce(
    (longest, { auth }) => Math.max(longest, (auth?.tokenExpiration ?? 0) * 1000),
    settings.maxTokenLifetimeMs,
  )

/** Payload has no hook for its end. */
function endWith(payload: Payload, end: () => Promise<void>) {
  const destroy = payload.destroy
  payload.destroy = async () => {
    payload.destroy = destroy
    await end()
    await destroy()
  }
}
