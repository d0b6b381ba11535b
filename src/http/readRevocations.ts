import { isJsonObject } from '../core/readClaims.js'
import { type Reason, type Revocation, type Subject, scopeOf } from '../core/revocation.js'
import { isTime, unreadable } from './readPosition.js'

const MOST = 100_000

/**
 * The revocations of an answer. One that is not understood may be a revocation of a later release,
 * so the whole answer is refused. Other fields are ignored.
 *
 * @throws RevocationError `feed-unreadable`
 */
export function readRevocations(value: unknown): readonly Revocation[] {
  if (!Array.isArray(value) || value.length > MOST)
    throw unreadable('it has no list of revocations')
  return value.map(readRevocation)
}

function readRevocation(value: unknown): Revocation {
  if (!isJsonObject(value)) throw unreadable('a revocation is no object')
  const { id, subject, expiresAt, revokedAt, reason } = value
  if (!isText(id) || !isSubject(subject) || !isText(reason)) {
    throw unreadable('a revocation names nothing that is known')
  }
  if (!isTime(expiresAt) || !isTime(revokedAt)) throw unreadable('a revocation has no time')
  const scope = scopeOf(subject)
  const base = { id, scope, subject, expiresAt, revokedAt, reason: reason as Reason }
  const { cutoff, exceptSession, effectiveAt, lifts } = value
  const hasCutoff = scope === 'user' || scope === 'everyone'
  const isWhole =
    (hasCutoff ? isTime(cutoff) : cutoff === undefined) &&
    isAbsentOr(isText, exceptSession) &&
    isAbsentOr(isTime, effectiveAt) &&
    isAbsentOr(isText, lifts) &&
    (scope === 'user' || exceptSession === undefined) &&
    !(hasCutoff && (effectiveAt !== undefined || lifts !== undefined))
  if (!isWhole) throw unreadable(`a revocation of a ${scope} has a wrong field`)
  return {
    ...base,
    ...(isTime(cutoff) && { cutoff }),
    ...(isText(exceptSession) && { exceptSession }),
    ...(isTime(effectiveAt) && { effectiveAt }),
    ...(isText(lifts) && { lifts }),
  }
}

/** Names come from applications and may be long, but not endless. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 4_096

const isSubject = (value: unknown): value is Subject =>
  isText(value) && /^(?:everyone$|jti:|sid:|user:[^:]+:)/.test(value)

const isAbsentOr = <Value>(
  is: (value: unknown) => value is Value,
  value: unknown,
): value is Value | undefined => value === undefined || is(value)
