import { jwtSign } from 'payload'
import type { Successor } from '../../core/revocation.js'
import { latestExpiry, type SessionLimits } from '../../core/sessionLimits.js'
import { uuidv7 } from '../../core/uuidv7.js'

/**
 * Signs a token again, with an id, a session and the beginning of the session (`auth_time`, OpenID
 * Connect Core 1.0 §2). It uses Payload's own signer, so the protected header, the claims
 * (including `saveToJWT` fields) and the lifetime stay the same, unless a limit of the session ends
 * earlier.
 *
 * @returns the token and its `exp`, in seconds since the epoch
 */
export function mintToken({
  claims,
  session,
  issuedAt,
  parent,
  again,
  sessionStartedAt,
  limits,
  secret,
}: {
  /** The verified claims of the token that Payload made. */
  claims: Readonly<Record<string, unknown>>
  session: string
  /** The issue time for the `jti`, in milliseconds: later than every earlier cut-off. */
  issuedAt: number
  /** The id of the token that is refreshed. */
  parent?: string | undefined
  /** A token that was issued before and is made again with the same id and `exp`. */
  again?: Successor | undefined
  /** Milliseconds since the epoch. */
  sessionStartedAt: number
  limits: SessionLimits
  secret: string
}): Promise<{ exp: number; token: string }> {
  const { iat, exp, ...fieldsToSign } = claims
  const ours = {
    auth_time: Math.floor(sessionStartedAt / 1_000),
    jti: again?.id ?? uuidv7(issuedAt),
    sid: session,
    ...(parent !== undefined && { parent_jti: parent }),
  }
  const now = Date.now() / 1_000
  const remaining = latestExpiry({ issuedAt, sessionStartedAt }, limits) - Math.ceil(now)
  return jwtSign({
    fieldsToSign: { ...fieldsToSign, ...ours },
    secret,
    tokenExpiration: again
      ? again.expiresAt / 1_000 - Math.floor(now)
      : Math.min(Number(exp) - Number(iat), remaining),
  })
}
