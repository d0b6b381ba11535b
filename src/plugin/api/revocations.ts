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

/** Why, by whom and from where something is revoked; all optional. */
export interface RevokeDetails {
  /** @default 'admin' */
  reason?: Reason | undefined
  /** Free text for the ledger, up to 1,000 characters. Never put a token in it. */
  note?: string | undefined
  /** Who decided: a user document, or nothing for the application itself. */
  actor?: { collection: string; id: number | string } | undefined
  /** From which address it was asked. For the ledger only. */
  ip?: string | undefined
  /**
   * Answers with what would be recorded, and records nothing.
   *
   * @default false
   */
  dryRun?: boolean | undefined
}

/**
 * Revocation from code. Each call resolves when the revocation is durable and in force in this
 * process. Doing it again is harmless: a token or session that is revoked already stays so by the
 * revocation that it has, which is the answer; a user's or everyone's cut-off moves on. A token
 * that has expired is refused anyway, so nothing is recorded for it.
 *
 * Errors: `invalid-input` for what names nothing, `token-not-ours` for a text that Payload did not
 * sign, `ledger-unavailable`.
 */
export interface Revocations {
  /**
   * Ends a token (`token`, `jti`), a session with every token refreshed from it, or every token of a
   * user or of everyone that was issued until now.
   */
  revoke(target: Target, details?: RevokeDetails): Promise<Revocation>
  /** All that is in force, or some of it, in pages, newest first. */
  list(query?: RevocationQuery): Promise<RevocationPage>
  /**
   * Why a token is refused: every revocation in force that is against it. Empty: none is. By its
   * text the answer is exact; by the name of a token, a session or a user it is every revocation
   * that names it, and those of everyone that may concern it.
   */
  explain(target: Target): Promise<readonly Revocation[]>
  /** A user's sessions: active ones, or `all` whose records are kept. `sessions-not-kept` is thrown. */
  sessions(
    user: { collection: string; id: number | string },
    options?: SessionListOptions,
  ): Promise<SessionDoc[]>
  /**
   * Takes the revocations of a token or a session back, for a mistake: the ledger keeps both. With a
   * session goes the token that the same logout ended. In force here at once and elsewhere within
   * `maxStaleness`. A cut-off of a user or of everyone cannot be lifted. Returns the records of the
   * lift, one for each revocation.
   *
   * Errors: `not-liftable`, `nothing-to-lift`, `ledger-unavailable`.
   */
  lift(target: Target, details?: Omit<RevokeDetails, 'reason'>): Promise<readonly Revocation[]>
  /**
   * Deletes what `retention` no longer keeps, now; for a cron job in place of `purgeInterval`.
   * With `dryRun` it counts and deletes nothing.
   */
  purge(options?: { dryRun?: boolean }): Promise<PurgeCounts>
}

/**
 * The revocations of a Payload instance that has the plugin.
 *
 * @example await revocations(payload).revoke({ user: { collection: 'users', id } })
 * @throws RevocationError `not-started` when the instance has no plugin
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

  /** A token or a session ends once: the ledger does not grow by saying it again. */
  const recordOnce = async (revocation: Revocation, details: RevokeDetails) => {
    // One that waits for the end of its grace does not count yet, and a token that was refreshed
    // may be refreshed once more.
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
        throw new InvalidField('user.exceptSession', 'left out: it is for revoking alone')
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

/** A token of which only the id is known, remembered for the longest life that one can have. */
const tokenNamed = (jti: string): Token => ({
  id: jti,
  session: jti,
  collection: '',
  userId: '',
  issuedAt: Date.now(),
  sessionStartedAt: Date.now(),
  expiresAt: Number.POSITIVE_INFINITY,
})
