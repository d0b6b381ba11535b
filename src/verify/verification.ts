import { type RefusalAnswer, unauthorizedAnswer } from '../core/refusal.js'

/** What a verified token says. Other claims are the fields with `saveToJWT`. */
export interface TokenClaims {
  /** The user's collection. */
  readonly collection: string
  /** The user's id. */
  readonly id: number | string
  /** The token's id. */
  readonly jti?: string
  /** The session's id. */
  readonly sid?: string
  /** When it was issued, and when it expires, in seconds since the epoch. */
  readonly iat?: number
  readonly exp?: number
  /** When its session began, in seconds since the epoch. */
  readonly auth_time?: number
  readonly [claim: string]: unknown
}

/** The token is good. */
export interface VerifiedToken {
  readonly ok: true
  readonly claims: TokenClaims
}

/**
 * The request must not be served. `status` is 401 for a missing, invalid or revoked token, and 503
 * while nobody can tell. `headers` and `body` (JSON) are for the answer.
 */
export interface RefusedToken extends RefusalAnswer {
  readonly ok: false
}

export type Verification = RefusedToken | VerifiedToken

export const refused = (answer: RefusalAnswer): RefusedToken => ({ ok: false, ...answer })

/** RFC 6750 §3.1: without a token, the challenge has no error code. */
export const missing = () =>
  refused(
    unauthorizedAnswer({
      name: 'TokenMissing',
      message: 'The request has no token.',
      challenge: 'Bearer',
    }),
  )

/** It does not say what is wrong, so a forger learns nothing. */
export const invalid = () =>
  refused(
    unauthorizedAnswer({
      name: 'TokenInvalid',
      message: 'The token is not valid.',
      challenge: 'Bearer error="invalid_token", error_description="The token is not valid"',
    }),
  )
