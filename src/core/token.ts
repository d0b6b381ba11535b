import { isStorable } from './isStorable.js'
import { readClaims } from './readClaims.js'
import type { Revocation, Subject } from './revocation.js'
import { uuidv7Time } from './uuidv7.js'

/** What the denylist must know about a token. It never contains the token's text. */
export interface Token {
  /**
   * The token's id: its `jti`, or a name made from its claims when it has no `jti` (a token from
   * before installation, or one that another plugin signed). Tokens of one user with the same
   * `sid`, `iat` and `exp` share such a name and are revoked together.
   */
  readonly id: string
  /** The session it belongs to: its `sid`. A token without `sid` is a session by itself. */
  readonly session: string
  readonly collection: string
  readonly userId: string
  /**
   * The issue time in milliseconds since the epoch: from a time-ordered `jti`, else the second in
   * `iat`, else `exp` minus the lifetime of its collection's tokens, else 0.
   */
  readonly issuedAt: number
  /**
   * Whether `issuedAt` was computed from `exp`. It is right only if the lifetime was the usual one.
   */
  readonly isAgeInferred?: true
  /**
   * When its session began, in milliseconds since the epoch: `auth_time` (OpenID Connect Core 1.0,
   * §2), which every refresh keeps; without it, when the token was issued.
   */
  readonly sessionStartedAt: number
  /** The id of the token that was refreshed into this one: `parent_jti`, a claim of this plugin. */
  readonly parent?: string
  /** Milliseconds since the epoch; `Infinity` when the token does not expire. */
  readonly expiresAt: number
}

/** How long tokens of a collection live, from issue to `exp`, in milliseconds. */
export type LifetimeOf = (collection: string) => number

/** The four names under which a token can be revoked. */
export interface TokenSubjects {
  readonly token: Subject
  readonly session: Subject
  readonly user: Subject
  readonly everyone: 'everyone'
}

/**
 * The longest `jti`, `sid` or id, in characters. A longer one cannot be ours, and would let an
 * attacker fill the memory with keys.
 */
export const MAX_NAME_LENGTH = 256

/**
 * Reads what the denylist must know from a token's text, without checking its signature. That is
 * safe, because the answer can only narrow access. `undefined` when the text cannot be a token that
 * Payload accepts, whatever its signature. Without `lifetimeOf`, a token with no issue time in
 * `jti` or `iat` counts as the oldest of all.
 */
export function readToken(text: string, lifetimeOf?: LifetimeOf): Token | undefined {
  const claims = readClaims(text)
  return claims && tokenFromClaims(claims, lifetimeOf)
}

/** Like {@link readToken}, for claims that are already decoded. */
export function tokenFromClaims(
  claims: Readonly<Record<string, unknown>>,
  lifetimeOf?: LifetimeOf,
): Token | undefined {
  const { collection, id, jti, sid, iat, exp, auth_time: authTime, parent_jti: parent } = claims
  if (typeof collection !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) {
    return undefined
  }
  if (isMistyped(iat) || isMistyped(exp)) return undefined
  const userId = String(id)
  const session = isName(sid) ? sid : undefined
  const tokenId = isName(jti)
    ? jti
    : `claims:${[collection, userId, session ?? '', iat, exp].map(encodePart).join(':')}`
  const told = (isName(jti) ? uuidv7Time(jti) : undefined) ?? inMs(iat)
  const inferred =
    told === undefined && lifetimeOf && isTime(exp)
      ? exp * 1_000 - lifetimeOf(collection)
      : undefined
  const issuedAt = told ?? inferred ?? 0
  return {
    id: tokenId,
    session: session ?? tokenId,
    collection,
    userId,
    issuedAt,
    ...(inferred !== undefined && { isAgeInferred: true }),
    ...(isName(parent) && { parent }),
    sessionStartedAt: inMs(authTime) ?? inMs(iat) ?? issuedAt,
    expiresAt: isTime(exp) ? Math.ceil(exp) * 1000 : Number.POSITIVE_INFINITY,
  }
}

/** The names under which `token` can be revoked. */
export const subjectsOf = (token: Token): TokenSubjects => ({
  token: `jti:${token.id}`,
  session: `sid:${token.session}`,
  user: userSubject(token.collection, token.userId),
  everyone: 'everyone',
})

/** The subject that covers all tokens of a user. */
export const userSubject = (collection: string, id: number | string): Subject =>
  `user:${collection}:${id}`

/** The user that a subject names, if it is one of a user. No slug holds a colon. */
export function userOf(subject: string): { collection: string; id: string } | undefined {
  const [, collection, id] = /^user:([^:]+):(.+)$/s.exec(subject) ?? []
  return collection && id ? { collection, id } : undefined
}

/** The name of a user as an actor in the ledger: `<collection>:<id>`. */
export const actorName = ({ collection, id }: { collection: string; id: number | string }) =>
  `${collection}:${id}`

/** Replaces an actor whose account was deleted. No user has this name. */
export const FORMER_USER = 'former-user'

/** Whether the token belongs to this user. */
export const isTokenOf = (
  token: Pick<Token, 'collection' | 'userId'>,
  user: { collection: string; id: number | string },
): boolean => token.collection === user.collection && token.userId === String(user.id)

/** Whether this revocation ends the token, at an instant (ms). */
export function endsToken(revocation: Revocation, token: Token, at: number): boolean {
  const { cutoff, effectiveAt = 0, exceptSession, expiresAt, lifts, subject } = revocation
  const isNamed = Object.values(subjectsOf(token)).includes(subject)
  if (!isNamed || lifts !== undefined || at < effectiveAt || expiresAt <= at) return false
  return cutoff === undefined || (token.issuedAt <= cutoff && token.session !== exceptSession)
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= MAX_NAME_LENGTH &&
  isStorable(value)

/** Every verifier refuses a token whose times are not numbers (RFC 7519 §4.1.4, §4.1.6). */
const isMistyped = (time: unknown) => time !== undefined && typeof time !== 'number'

const inMs = (seconds: unknown) => (isTime(seconds) ? seconds * 1_000 : undefined)

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

const HALF_PAIRS = /\p{Surrogate}/gu

const encodePart = (part: unknown) =>
  encodeURIComponent(
    String(part ?? '')
      .slice(0, MAX_NAME_LENGTH)
      .replace(HALF_PAIRS, '\ufffd'),
  )
