import { createHash, timingSafeEqual } from 'node:crypto'
import type { Logger } from '../../core/ports.js'
import { memo } from '../../core/processWide.js'
import type { Service } from '../config/services.js'
import { countServiceFailure } from '../runtime/metrics.js'
import type { Runtime } from '../runtime/runtime.js'
import type { Credentials } from './credentials.js'
import { createFailureLimit } from './failureLimit.js'
import { invalidClient, OAuthError } from './oauthError.js'

/**
 * Finds the service that shows these credentials.
 *
 * @throws OAuthError 401, and 429 after too many failures
 */
export type Authenticate = (credentials: Credentials) => Service

/**
 * Ids and secrets are compared by hash, each with each, so that an unknown id takes as long as a
 * wrong secret.
 *
 * A right secret is always accepted, however many wrong ones came before: ids are no secrets, and
 * otherwise anybody could lock a service out. What stops guessing is the length of a secret. The
 * limit keeps a guesser from filling the log and tells clients with a wrong secret to slow down.
 */
function createAuthentication(
  services: readonly Service[],
  { logger }: { logger: Logger },
): Authenticate {
  const failures = createFailureLimit()
  const known = services.map((service) => ({
    service,
    id: hash(service.id),
    secret: hash(service.secret),
  }))

  return ({ id, secret }) => {
    const given = { id: hash(id ?? ''), secret: hash(secret) }
    let named: Service | undefined
    let found: Service | undefined
    for (const each of known) {
      const isId = timingSafeEqual(each.id, given.id)
      const isSecret = timingSafeEqual(each.secret, given.secret)
      if (isId) named = each.service
      if (isSecret && (isId || id === undefined)) found = each.service
    }
    if (found) return found
    const service = named?.id ?? 'unknown'
    countServiceFailure(service)
    logger.warn({ service }, 'Revocations: a service could not be authenticated')
    const retryAfter = failures.count(id ?? '')
    if (retryAfter === undefined) throw invalidClient()
    throw new OAuthError(429, 'invalid_client', 'There were too many wrong secrets.', {
      'Retry-After': String(retryAfter),
    })
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest()

const made = memo<Runtime, Authenticate>('serviceAuthentication')

/** One for all bundles of the process, so that they count failures together. */
export function authenticationOf(runtime: Runtime): Authenticate {
  const { logger, settings } = runtime
  const authenticate = made.get(runtime) ?? createAuthentication(settings.services, { logger })
  made.set(runtime, authenticate)
  return authenticate
}
