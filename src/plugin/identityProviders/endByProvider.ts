import type { Payload } from 'payload'
import { sessionRevocation } from '../../core/makeRevocation.js'
import { isInEffect, type Subject } from '../../core/revocation.js'
import type { IdentityProvider, LogoutTargets } from '../config/identityProviders.js'
import type { Runtime } from '../runtime/runtime.js'
import { invalidRequest } from '../services/oauthError.js'
import { userCutoff } from '../triggers/revokeUser.js'
import { linkedTo } from './linkedSessions.js'
import type { LogoutToken } from './logoutToken.js'
import { markEnded, markUsed, usedToken } from './marks.js'

/**
 * Ends what a checked logout token names, as a logout does, and then uses the token up. Both are
 * durable when it resolves, and every process will see them in time. If it rejects for another reason
 * than below, the same token may come again.
 *
 * @throws OAuthError 400 when the token was used before
 */
export async function endByProvider(
  payload: Payload,
  runtime: Runtime,
  {
    logout,
    provider,
    ip,
  }: { logout: LogoutToken; provider: IdentityProvider; ip: string | undefined },
): Promise<void> {
  const { denylist, ledger, logger } = runtime
  const { issuer, name } = provider
  const { expiresAt, id, ...names } = logout
  const { idpSession } = logout
  const used = await ledger.find([usedToken(issuer, logout)])
  if (used.length > 0) throw invalidRequest('The logout token was used before.')
  const actor = actorOf(provider)
  // First the mark, then the look for links: a login at the same time sees one of the two.
  if (idpSession !== undefined) {
    await denylist.revoke([markEnded(issuer, actor, { ...logout, idpSession })])
  }
  const targets = provider.resolve
    ? await provider.resolve({ issuer, ...names, payload })
    : await linkedTo(runtime, provider, { issuer, ...names })
  if (targets.length === 0) {
    logger.info({ provider: name }, 'Revocations: a logout by a provider named nobody here')
  }
  const how = { reason: 'logout', actor, ip, now: Date.now() } as const
  const { maxTokenLifetimeMs } = denylist
  const sessions = await sessionsToEnd(runtime, { targets, actor })
  const users = targets.flatMap((each) => ('user' in each ? [each.user] : []))
  await denylist.revoke([
    ...sessions.map((each) => sessionRevocation(each, { ...how, maxTokenLifetimeMs })),
    ...(await Promise.all(users.map((user) => userCutoff(runtime, { ...user, ...how })))),
  ])
  // Only now: an attempt that failed half-way must not use the token up.
  await denylist.revoke([markUsed(issuer, actor, logout)])
}

/** No user has a name without a colon. */
export const actorOf = ({ name }: Pick<IdentityProvider, 'name'>) => `identity-provider/${name}`

/**
 * Often the user has logged out here, and the provider only confirms it. What an earlier attempt of
 * the provider recorded is recorded again, because it may have come too late for other processes.
 */
async function sessionsToEnd(
  { ledger }: Runtime,
  { targets, actor }: { targets: LogoutTargets; actor: string },
): Promise<string[]> {
  const sessions = targets.flatMap((each) => ('session' in each ? [each.session] : []))
  const found = await ledger.find(sessions.map((session): Subject => `sid:${session}`))
  const now = Date.now()
  const byOthers = found.filter((each) => each.actor !== actor && isInEffect(each, now))
  const ended = new Set(byOthers.map(({ subject }) => subject))
  return sessions.filter((session) => !ended.has(`sid:${session}`))
}
