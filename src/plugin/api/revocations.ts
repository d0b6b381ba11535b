import type { Payload } from 'payload'
import { nextCutoff } from '../../core/cutoff.js'
import { RevocationError } from '../../core/errors.js'
import {
  everyoneRevocation,
  liftRevocation,
  sessionRevocation,
  tokenRevocation,
} from '../../core/makeRevocation.js'
import { isInEffect, type Reason, type Revocation, type Subject } from '../../core/revocation.js'
import type { Target } from '../../core/target.js'
import { actorName, type Token } from '../../core/token.js'
import type { SessionDoc } from '../../wire/sessionDoc.js'
import { ownToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { listSessions, type SessionListOptions } from '../sessions/userSessions.js'
import { explainName, explainToken } from '../storage/explain.js'
import {
  listRevocations,
  type RevocationPage,
  type RevocationQuery,
} from '../storage/listRevocations.js'
import { findWhole } from '../storage/partsOf.js'
import { type PurgeCounts, purge } from '../storage/purge.js'
import { userCutoff } from '../triggers/revokeUser.js'
import { InvalidField } from './fields.js'
import { checkTarget } from './target.js'

/** Why, by whom and from where something is revoked. All are optional. */
export interface RevokeDetails {
  /** @default 'admin' */
  reason?: Reason | undefined
  /** Free text for the ledger, up to 1,000 characters. Never put a token in it. */
  note?: string | undefined
  /** Who decided: a user document, or nothing for the application itself. */
  actor?: { collection: string; id: number | string } | undefined
  /** The address that the request came from. Kept in the ledger only. */
  ip?: string | undefined
  /**
   * Returns what would be recorded, and records nothing.
   *
   * @default false
   */
  dryRun?: boolean | undefined
}

/**
 * Revocation from code. Each call resolves when the revocation is durable and in force in this
 * process. Repeating a call is harmless: if a token or session is already revoked, the call returns
 * the existing revocation; the cut-off of a user or of everyone moves to now. An expired token is
 * refused anyway, so nothing is recorded for it.
 *
 * Errors: `invalid-input` for an invalid target, `token-not-ours` for a token that Payload did not
 * sign, `ledger-unavailable`.
 */
export interface Revocations {
  /**
   * Revokes a token (`token`, `jti`), a session with every token refreshed from it, or every token
   * of a user or of everyone that was issued until now.
   */
  revoke(target: Target, details?: RevokeDetails): Promise<Revocation>
  /** The revocations in force, or some of them, in pages, newest first. */
  list(query?: RevocationQuery): Promise<RevocationPage>
  /**
   * Why a token is refused: every revocation in force that ends it. Empty when there is none. For
   * the text of a token the answer is exact. For the name of a token, a session or a user it
   * contains every revocation that names it, and the revocations of everyone that may apply.
   */
  explain(target: Target): Promise<readonly Revocation[]>
  /**
   * A user's active sessions; with `all`, every session whose record is kept. Error:
   * `sessions-not-kept`.
   */
  sessions(
    user: { collection: string; id: number | string },
    options?: SessionListOptions,
  ): Promise<SessionDoc[]>
  /**
   * Takes back the revocations of a token or a session, to correct a mistake. The ledger keeps both
   * records. Lifting a session also lifts the token that the same logout revoked. It takes effect at
   * once in this process, elsewhere within `maxStaleness`. A cut-off of a user or of everyone cannot
   * be lifted. Returns one record for each lifted revocation.
   *
   * Errors: `not-liftable`, `nothing-to-lift`, `ledger-unavailable`.
   */
  lift(target: Target, details?: Omit<RevokeDetails, 'reason'>): Promise<readonly Revocation[]>
  /**
   * Deletes now what `retention` no longer keeps. Use it in a cron job instead of `purgeInterval`.
   * With `dryRun` it only counts.
   */
  purge(options?: { dryRun?: boolean }): Promise<PurgeCounts>
}

/**
 * The revocations of a Payload instance with the plugin.
 *
 * @example await revocations(payload).revoke({ user: { collection: 'users', id } })
 * @throws RevocationError `not-started` when the instance does not have the plugin
 */
export function revocations(payload: Payload): Revocations {
  const runtime = runtimeOf(payload)
  const { denylist, ledger, settings } = runtime
  const circumstances = ({ reason = 'admin', note, ip, actor }: RevokeDetails) => ({
    ...{ reason, note, ip, now: Date.now() },
    maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
    actor: actor && actorName(actor),
  })

  const record = async (revocation: Revocation, { dryRun }: RevokeDetails) => {
    const isOver = revocation.expiresAt <= Date.now()
    if (!(dryRun || isOver)) await denylist.revoke([revocation])
    return revocation
  }

  /** A token or a session ends only once, so that repeated calls do not fill the ledger. */
  const recordOnce = async (revocation: Revocation, details: RevokeDetails) => {
    // A revocation that waits for the end of its grace period does not count yet, and a refreshed
    // token may be refreshed again.
    const found = await ledger.find([revocation.subject])
    const known = found.find((each) => isInEffect(each, Date.now()) && !each.successor)
    if (!known) return record(revocation, details)
    denylist.learn([known])
    return known
  }

  const requireOwn = (text: string): Token => {
    const token = ownToken(payload, text)
    if (!token) throw new RevocationError('token-not-ours')
    return token
  }

  return {
    revoke: async (given, details = {}) => {
      const target = checkTarget(payload, given)
      const how = circumstances(details)
      if ('token' in target)
        return recordOnce(tokenRevocation(requireOwn(target.token), how), details)
      if ('jti' in target) return recordOnce(tokenRevocation(tokenNamed(target.jti), how), details)
      if ('session' in target) return recordOnce(sessionRevocation(target.session, how), details)
      if ('user' in target) {
        return record(await userCutoff(runtime, { ...target.user, ...how }), details)
      }
      const now = await denylist.ledgerNow()
      const cutoff = nextCutoff({ now, known: await ledger.cutoffsAfter(now) })
      return record(everyoneRevocation(cutoff, { ...how, now }), details)
    },
    lift: async (given, details = {}) => {
      const target = checkTarget(payload, given)
      const subject = liftableOf('token' in target ? { jti: requireOwn(target.token).id } : target)
      const inForce = await findWhole(payload, ledger, { slug: settings.slug, subject })
      if (inForce.length === 0) throw new RevocationError('nothing-to-lift')
      const lifts = inForce.map((each) => liftRevocation(each, circumstances(details)))
      if (!details.dryRun) await denylist.lift(lifts)
      return lifts
    },
    explain: async (given) => {
      const target = checkTarget(payload, given)
      if ('token' in target) return explainToken(ledger, requireOwn(target.token))
      if ('user' in target && target.user.exceptSession !== undefined) {
        throw new InvalidField('user.exceptSession', 'absent, because it is only for revoking')
      }
      return explainName(ledger, target)
    },
    list: (query = {}) => listRevocations(payload, settings.slug, query),
    sessions: (user, options) => listSessions(payload, user, options),
    purge: (options) => purge(payload, settings, options),
  }
}

function liftableOf(target: Target): Subject {
  if ('session' in target) return `sid:${target.session}`
  if ('jti' in target) return `jti:${target.jti}`
  throw new RevocationError('not-liftable')
}

/**
 * A token of which only the id is known. Its revocation is kept for the longest life of a token.
 */
const tokenNamed = (jti: string): Token => ({
  id: jti,
  session: jti,
  collection: '',
  userId: '',
  issuedAt: Date.now(),
  sessionStartedAt: Date.now(),
  expiresAt: Number.POSITIVE_INFINITY,
})
