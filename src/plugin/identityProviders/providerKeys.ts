import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { memo } from '../../core/processWide.js'
import { inTime, LateError } from '../../core/timeLimit.js'
import type { IdentityProvider } from '../config/identityProviders.js'
import type { Runtime } from '../runtime/runtime.js'
import { OAuthError } from '../services/oauthError.js'

/** An unknown key makes it fetch again, at most this often, in milliseconds. */
const COOLDOWN_MS = 5_000

interface Limits {
  /** The longest wait for the keys, in milliseconds. Default 5,000. */
  waitMs?: number
  /** After a failure without known keys it does not ask again for so long. Default 1,000. */
  restMs?: number
}

/**
 * The keys of a provider: fetched from its `jwksUri` and kept for ten minutes. A token with an
 * unknown key makes it fetch them again, so new keys count at once. `jose` follows no redirect, and
 * this function ignores every key and address that a token brings along (`jwk`, `jku`, `x5u`).
 *
 * It throws an OAuthError 503 when the keys cannot be fetched. Errors about the token are those of
 * `jose`.
 */
export function createProviderKeys(
  { jwksUri, name }: Pick<IdentityProvider, 'jwksUri' | 'name'>,
  { logger }: Pick<Runtime, 'logger'>,
  { waitMs = 5_000, restMs = 1_000 }: Limits = {},
): JWTVerifyGetKey {
  const create = () =>
    createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: waitMs,
      cooldownDuration: COOLDOWN_MS,
    })
  let keys = create()
  let failedAt = Number.NEGATIVE_INFINITY

  return async (header, token) => {
    const isCoolingDown = keys.coolingDown
    if (!keys.fresh && performance.now() - failedAt < restMs) throw keysUnavailable()
    try {
      return await inTime(keys(header, token), waitMs)
    } catch (err) {
      const isUnknownKey = err instanceof errors.JWKSNoMatchingKey
      if (isUnknownKey && isCoolingDown) throw keysUnavailable()
      if (isUnknownKey || isAboutToken(err)) throw err
      failedAt = performance.now()
      // A fetch that hangs would otherwise be waited for again.
      if (err instanceof LateError) keys = create()
      logger.error({ err, provider: name }, 'Revocations: keys of a provider were not fetched')
      throw keysUnavailable()
    }
  }
}

const isAboutToken = (error: unknown) =>
  error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported

const keysUnavailable = () =>
  new OAuthError(
    503,
    'temporarily_unavailable',
    'The keys of the provider could not be fetched just now.',
    { 'Retry-After': String(COOLDOWN_MS / 1_000) },
  )

const made = memo<Runtime, Map<string, JWTVerifyGetKey>>('providerKeys')

/** One for all bundles of the process, so that the keys are fetched once. */
export function keysOf(runtime: Runtime, provider: IdentityProvider): JWTVerifyGetKey {
  const known = made.get(runtime) ?? new Map<string, JWTVerifyGetKey>()
  const keys = known.get(provider.name) ?? createProviderKeys(provider, runtime)
  made.set(runtime, known.set(provider.name, keys))
  return keys
}
