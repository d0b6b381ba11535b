import { boundedLogger } from './boundedLogger.js'
import { createDenylist } from './denylist.js'
import { DEFAULT_TOKEN_LOCATION } from './extractToken.js'
import type { Feed } from './ports.js'
import { DEFAULT_REST_AFTER } from './rest.js'
import type { SharedRuntime } from './sharedRuntime.js'
import type { StandaloneOptions } from './standaloneOptions.js'

/** Where tokens are in requests, as Payload reads them. */
export const tokenLocation = (options: StandaloneOptions): SharedRuntime['location'] => ({
  cookiePrefix: options.cookiePrefix ?? DEFAULT_TOKEN_LOCATION.cookiePrefix,
  jwtOrder: options.jwtOrder ?? DEFAULT_TOKEN_LOCATION.jwtOrder,
  csrf: options.csrf ?? DEFAULT_TOKEN_LOCATION.csrf,
})

/** What a process without Payload knows: what its feed and its options say. */
export function standalone(
  feed: Feed,
  options: StandaloneOptions,
): Pick<SharedRuntime, 'denylist' | 'lifetimeOf' | 'location' | 'logger'> {
  const { maxTokenLifetime = 7_200, maxStaleness = 10, whenStale, strict } = options
  const { restAfter = DEFAULT_REST_AFTER } = options
  return {
    denylist: createDenylist({
      feed,
      maxTokenLifetimeMs: maxTokenLifetime * 1_000,
      maxStalenessMs: maxStaleness * 1_000,
      whenStale,
      isStrict: strict,
      restAfterMs: restAfter === false ? undefined : restAfter * 1_000,
      sessionLimits: {
        absoluteLifetimeMs: inMs(options.absoluteLifetime),
        idleTimeoutMs: inMs(options.idleTimeout),
      },
      logger: console,
    }),
    location: tokenLocation(options),
    lifetimeOf: () => maxTokenLifetime * 1_000,
    logger: boundedLogger(console),
  }
}

const inMs = (seconds: number | undefined) => seconds && seconds * 1_000
