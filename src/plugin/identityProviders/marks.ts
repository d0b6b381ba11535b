import { createHash } from 'node:crypto'
import { CLOCK_TOLERANCE_MS, type Revocation, type Subject } from '../../core/revocation.js'
import { uuidv7 } from '../../core/uuidv7.js'
import { logoutMark } from '../storage/logoutMarks.js'
import type { LogoutToken } from './logoutToken.js'

/**
 * A login that is under way when its provider's session ends is linked within this time, in
 * milliseconds. It is short, in case a provider keeps a session that it has named in a logout.
 */
const UNDER_WAY_MS = 60_000

export const usedToken = (issuer: string, { id }: Pick<LogoutToken, 'id'>): Subject =>
  logoutMark('logout-token', digest(issuer, id))

export const endedSession = (issuer: string, idpSession: string): Subject =>
  logoutMark('idp-session', digest(issuer, idpSession))

/** Recorded when everything that a logout token ends is. With it the token is used up, everywhere. */
export const markUsed = (issuer: string, actor: string, logout: LogoutToken): Revocation =>
  mark(usedToken(issuer, logout), { actor, logout, issuer, expiresAt: logout.expiresAt })

/** Recorded before anyone looks for the sessions that are linked to a session of the provider. */
export const markEnded = (
  issuer: string,
  actor: string,
  logout: LogoutToken & { readonly idpSession: string },
): Revocation => {
  const expiresAt = Date.now() + UNDER_WAY_MS
  return mark(endedSession(issuer, logout.idpSession), { actor, logout, issuer, expiresAt })
}

/** As part of the logout token it does not appear in lists, and no lift of a session lifts it. */
function mark(
  subject: Subject,
  {
    actor,
    expiresAt,
    issuer,
    logout,
  }: { actor: string; expiresAt: number; issuer: string; logout: LogoutToken },
): Revocation {
  const now = Date.now()
  return {
    ...{ id: uuidv7(now), scope: 'token', subject, reason: 'logout', actor, revokedAt: now },
    partOf: usedToken(issuer, logout),
    expiresAt: expiresAt + CLOCK_TOLERANCE_MS,
  }
}

/** A name of the provider may be of any length, and is not our data. */
const digest = (issuer: string, name: string) =>
  createHash('sha256')
    .update(JSON.stringify([issuer, name]))
    .digest('base64url')
