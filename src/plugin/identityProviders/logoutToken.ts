import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { isJsonObject } from '../../core/readClaims.js'
import type { IdentityProvider } from '../config/identityProviders.js'
import { invalidRequest } from '../services/oauthError.js'

/** What a logout token says, after every check. */
export interface LogoutToken {
  /** Its `jti`. */
  readonly id: string
  /** From then on it is too old in any case, in milliseconds since the epoch. */
  readonly expiresAt: number
  readonly subject?: string
  readonly idpSession?: string
}

/** How old a logout token may be, in seconds. Providers let theirs expire after two minutes or so. */
const MAX_AGE = 300
/** How far the provider's clock may be off, in seconds. */
const CLOCK_TOLERANCE = 30

/** Asymmetric ones only: a public key must never serve as the secret of an HMAC. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]
/** A `typ` is recommended (§2.4), so it may be missing. */
const TYPES: readonly unknown[] = [undefined, 'logout+jwt', 'application/logout+jwt']
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Checks a logout token (OpenID Connect Back-Channel Logout 1.0, §2.6), except that it is used once.
 *
 * @throws OAuthError 400 when it is not valid; 503 when the provider's keys cannot be fetched
 */
export async function readLogoutToken(
  text: string,
  { clientId, issuer }: Pick<IdentityProvider, 'clientId' | 'issuer'>,
  keys: JWTVerifyGetKey,
): Promise<LogoutToken> {
  const { payload, protectedHeader } = await jwtVerify(text, keys, {
    ...{ algorithms: ALGORITHMS, issuer, audience: clientId },
    ...{ maxTokenAge: MAX_AGE, clockTolerance: CLOCK_TOLERANCE },
    requiredClaims: ['exp', 'jti', 'events'],
  }).catch((error: unknown) => {
    // These messages name claims and headers, and never quote a value.
    throw error instanceof errors.JOSEError ? invalid(error.message) : error
  })
  const { typ } = protectedHeader
  const { events, iat = 0, jti, sid, sub } = payload
  if (!TYPES.includes(typ?.toLowerCase())) throw invalid('its typ is not logout+jwt')
  if (!isJsonObject(events) || !isJsonObject(events[EVENT])) throw invalid('it is no logout event')
  if ('nonce' in payload) throw invalid('it has a nonce, as an ID token')
  if (!isText(jti)) throw invalid('its jti is no text')
  if (sub === undefined && sid === undefined) throw invalid('it has neither sub nor sid')
  if (![sub, sid].every((each) => each === undefined || isText(each))) {
    throw invalid('its sub or sid is no text')
  }
  return {
    id: jti,
    expiresAt: (iat + MAX_AGE + CLOCK_TOLERANCE) * 1_000,
    ...(isText(sub) && { subject: sub }),
    ...(isText(sid) && { idpSession: sid }),
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const invalid = (why: string) => invalidRequest(`The logout token is not valid: ${why}.`)
