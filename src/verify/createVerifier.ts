import { boundedLogger } from '../core/boundedLogger.js'
import { invalidOption, RevocationError } from '../core/errors.js'
import { type Credential, tokenTextOf } from '../core/extractToken.js'
import type { JsonObject } from '../core/readClaims.js'
import { refusalAnswer, refusalBy } from '../core/refusal.js'
import { standalone, tokenLocation } from '../core/standalone.js'
import { readToken, type Token, tokenFromClaims } from '../core/token.js'
import type { TokenEnd } from '../core/watching.js'
import { watchToken } from '../core/watchToken.js'
import { introspectedClaims } from './introspection.js'
import { signedClaims } from './signedClaims.js'
import { invalid, missing, refused, type TokenClaims, type Verification } from './verification.js'
import { type VerifierOptions, validateVerifierOptions } from './verifierOptions.js'

export interface Verifier {
  /**
   * Whether the token of this request is good. It takes a request or its headers (of the web
   * platform or of `node:http`), or the text of a token. It never rejects: if anything fails, the
   * answer is 503.
   */
  (credential: Credential): Promise<Verification>
  /**
   * For a WebSocket or an event stream that stays open: calls `onEnd` once, when the token is no
   * longer good. Verify the token first. The returned function cancels.
   *
   * @throws RevocationError `token-not-ours` when `credential` contains no token; `invalid-option`
   *   without a `feed`
   */
  onTokenRevoked(credential: Credential, onEnd: (end: TokenEnd) => void): () => void
}

/**
 * Verifies Payload's tokens in any server: signature, expiry, and whether the token was revoked, or
 * asks the application for all three. It uses WebCrypto, `fetch`, and nothing of Node.js or Payload.
 * No path is exempt, and nothing is redirected: the answer is 401 or 503.
 *
 * @example
 * const verify = createVerifier({ secret: process.env.PAYLOAD_SECRET, feed })
 * const result = await verify(request)
 * if (!result.ok) return Response.json(result.body, result)
 * console.log(result.claims.id)
 * @throws RevocationError `invalid-option`
 */
export function createVerifier(options: VerifierOptions): Verifier {
  validateVerifierOptions(options)
  const { feed, introspection, secret = [] } = options
  const location = tokenLocation(options)
  // Made at the first question: Workers allow no random number before.
  let runtime: ReturnType<typeof standalone> | undefined
  const followed = () => {
    runtime ??= feed && standalone(feed, options)
    return runtime
  }
  const claimsOf = introspection ? introspectedClaims(introspection) : signedClaims(secret, options)
  const logger = boundedLogger(console)

  const judge = async (credential: Credential): Promise<Verification> => {
    const text = tokenTextOf(credential, location)
    if (!text) return missing()
    const { denylist, lifetimeOf } = followed() ?? {}
    const claims = isCompact(text) ? await claimsOf(text) : undefined
    const token = claims && tokenFromClaims(claims, lifetimeOf)
    if (!token || !isWellFormed(claims) || !isInTime(token, claims)) return invalid()
    const refusal = denylist && refusalBy(await denylist.judge(token))
    if (refusal) return refused(refusalAnswer(refusal))
    // The denylist forgets what is about an expired token, and judging it took some time.
    return isInTime(token, claims) ? { ok: true, claims } : invalid()
  }

  const verify = async (credential: Credential): Promise<Verification> => {
    try {
      return await judge(credential)
    } catch (err) {
      logger.error({ err }, 'Revocations: a token could not be verified, so it is refused')
      return refused(refusalAnswer({ status: 'unknown' }))
    }
  }

  const onTokenRevoked: Verifier['onTokenRevoked'] = (credential, onEnd) => {
    const { denylist, lifetimeOf } = followed() ?? {}
    const text = tokenTextOf(credential, location)
    const token = text === undefined ? undefined : readToken(text, lifetimeOf)
    if (!token) throw new RevocationError('token-not-ours')
    if (!denylist) throw invalidOption('feed', 'given for `onTokenRevoked`')
    return watchToken(denylist, token, onEnd)
  }

  return Object.assign(verify, { onTokenRevoked })
}

/** Longer than any header of HTTP may be in Node.js. */
const LONGEST = 16_000

/** Exactly as Payload spells a token. A reader that tolerates more would see others. */
const isCompact = (text: string) => text.length <= LONGEST && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)

/** As Payload wants them: `tokenFromClaims` has checked the others. */
const isWellFormed = (claims: JsonObject): claims is TokenClaims & JsonObject =>
  isAbsentOr('string', claims.sid) && isAbsentOr('number', claims.nbf)

const isAbsentOr = (type: string, claim: unknown) => claim === undefined || typeof claim === type

/**
 * By whole seconds and without any tolerance, as Payload does it: a tolerance would accept a
 * revoked token after the denylist has forgotten it.
 */
function isInTime({ expiresAt }: Token, { nbf }: TokenClaims): boolean {
  const now = Date.now()
  return now < expiresAt && !(typeof nbf === 'number' && nbf > Math.floor(now / 1_000))
}
