import { invalidOption, RevocationError } from '../core/errors.js'
import { isJsonObject, type JsonObject } from '../core/readClaims.js'
import { requireDuration, requireNames } from '../core/requireOption.js'
import {
  basicAuthorization,
  isHttpAddress,
  isServiceId,
  isServiceSecret,
} from '../core/serviceAccess.js'
import { createAnswerCache } from './answerCache.js'

/** How to ask the application about a token. */
export interface IntrospectionOptions {
  /** The address of the endpoint: `https://…/api/revocation/oauth/introspect`. */
  url: string
  /** `id` of this service in the option `services` of the plugin. */
  id: string
  /** `secret` of this service there. */
  secret: string
  /**
   * For how many seconds a good answer may be used again. A token that is revoked meanwhile goes on
   * for as long, unless a `feed` says so.
   *
   * @default 0; every token is asked about, every time
   */
  cacheFor?: number
  /**
   * How many seconds to wait for an answer. After that the answer is 503.
   *
   * @default 2
   */
  timeout?: number
}

/**
 * Returns the claims of a token that the application says is good (RFC 7662), and `undefined` for
 * any other token.
 *
 * @throws RevocationError `introspection-failed` when the application gave no answer
 */
export function introspectedClaims(
  options: IntrospectionOptions,
): (text: string) => Promise<JsonObject | undefined> {
  const { url, id, secret, cacheFor = 0, timeout = 2 } = options
  const cache = createAnswerCache(cacheFor * 1_000)
  const headers = {
    Accept: 'application/json',
    Authorization: basicAuthorization({ id, secret }),
    'Content-Type': 'application/x-www-form-urlencoded',
  }

  const ask = async (text: string): Promise<string> => {
    // `manual`, because no other server may see the secret, and Workers do not know `error`.
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ token: text, token_type_hint: 'access_token' }).toString(),
      redirect: 'manual',
      // For the cache of Next.js, which does not look at what the answer says, and for those between.
      cache: 'no-store',
      signal: AbortSignal.timeout(timeout * 1_000),
    })
    if (response.status !== 200) throw failed(`the endpoint answered ${response.status}.`)
    return response.text()
  }

  return async (text) => {
    const known = cache.find(text)
    const askedAt = cache.now()
    const body = known ?? (await ask(text).catch((cause) => fail(cause)))
    const { active, ...claims } = answerIn(body)
    if (active !== true) return undefined
    if (known === undefined) cache.keep(text, { body, askedAt })
    return claims
  }
}

/** `active` must be a boolean (RFC 7662 §2.2): nothing else is yes, or no. */
function answerIn(body: string): JsonObject & { active: boolean } {
  try {
    const answer: unknown = JSON.parse(body)
    if (isJsonObject(answer) && typeof answer.active === 'boolean') {
      return answer as JsonObject & { active: boolean }
    }
  } catch {
    // It is no JSON.
  }
  throw failed('the answer is not one of RFC 7662.')
}

const failed = (detail: string, options?: ErrorOptions) =>
  new RevocationError('introspection-failed', `introspection failed: ${detail}`, options)

function fail(cause: unknown): never {
  throw cause instanceof RevocationError ? cause : failed('there was no answer.', { cause })
}

/** @throws RevocationError `invalid-option`, naming the option */
export function validateIntrospection(options: IntrospectionOptions) {
  requireNames(options, OPTION_NAMES, 'introspection')
  const { url, id, secret, cacheFor = 0, timeout = 2 } = options
  if (!isHttpAddress(url))
    throw invalidOption('introspection.url', 'an https:// or http:// address')
  if (!isServiceId(id)) {
    throw invalidOption('introspection.id', '`id` of one of the `services` of the plugin')
  }
  if (!isServiceSecret(secret)) {
    throw invalidOption('introspection.secret', '`secret` of that service, 32 characters or more')
  }
  requireDuration('introspection.cacheFor', cacheFor, 0)
  requireDuration('introspection.timeout', timeout, 0.001)
}

const OPTION_NAMES = Object.keys({
  url: true,
  id: true,
  secret: true,
  cacheFor: true,
  timeout: true,
} satisfies Record<keyof IntrospectionOptions, true>)
