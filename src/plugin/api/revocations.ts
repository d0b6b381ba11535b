import type { Payload } from 'payload'
import { nextCutoff } from '../../core/cutoff.js'
import { RevocationError } from '../../core/errors.js'
import {
  everyoneRevocation,
  liftRevocation,
  sessionRevocation,
  tokenRevocation,
} from '../../core/makeRevocation.js'
import type { Reason, Revocation, Subject } from '../../core/revocation.js'
import { isInEffect } from '../../core/revocation.js'
import { actorName, type Token } from '../../core/token.js'
import { ownToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { type ListOptions, listSessions, type SessionDoc } from '../sessions/userSessions.js'
import { type Explainable, explainName, explainToken } from '../storage/explain.js'
import { type ListQuery, listRevocations, type RevocationPage } from '../storage/listRevocations.js'
import { type PurgeCounts, purge } from '../storage/purge.js'
import { userCutoff } from '../triggers/revokeUser.js'

/** Why, by whom and from where; all optional. */
export interface Details {
  /** Default `admin`. */
  reason?: Reason | undefined
  /** Free text for the ledger, up to 1,000 characters. Never put a token in it. */
  note?: string | undefined
  /** Who decided: a user document, or nothing for the application itself. */
  actor?: { collection: string; id: number | string } | undefined
  /** From which address it was asked. For the ledger only. */
  ip?: string | undefined
  /** Answers with what would be recorded, and records nothing. Default false. */
  dryRun?: boolean | undefined
}

/**
 * Revocation from code. Each call resolves when the revocation is durable and in force in this
 * process. Doing it again is harmless: a token or session that is revoked already stays so by the
 * revocation that it has, which is the answer; a user's or everyone's cut-off moves on. A token
 * that has expired is refused anyway, so nothing is recorded for it.
 *
 * Errors: `token-not-ours` for a text that Payload did not sign, `ledger-unavailable`.
 */
export interface Revocations {
  /** Ends one token, by its text (its signature is checked) or by its `jti`. */
  revokeToken(token: string | { jti: string }, details?: Details): Promise<Revocation>
  /** Ends a session and every token refreshed from it. */
  revokeSession(sid: string, details?: Details): Promise<Revocation>
  /** Ends every token of a user that was issued until now, but for one session if named. */
  revokeUser(
    user: { collection: string; id: number | string; exceptSession?: string | undefined },
    details?: Details,
  ): Promise<Revocation>
  /** Ends every token of everyone that was issued until now. */
  revokeEveryone(details?: Details): Promise<Revocation>
  /** What is in force for a user, a session, a token or everyone, as the ledger has it. */
  find(subject: Subject): Promise<readonly Revocation[]>
  /** All that is in force, or some of it, in pages, newest first. */
  list(query?: ListQuery): Promise<RevocationPage>
  /**
   * Why a token is refused: every revocation in force that is against it. Empty: none is. By its
   * text the answer is exact; by the name of a token, a session or a user it is every revocation
   * that names it, and those of everyone that may concern it.
   */
  explain(what: string | Explainable): Promise<readonly Revocation[]>
  /** A user's sessions: active ones, or `all` whose records are kept. `sessions-not-kept` is thrown. */
  sessions(
    user: { collection: string; id: number | string },
    options?: ListOptions,
  ): Promise<SessionDoc[]>
  /**
   * Takes the revocations of a token (`jti:…`) or a session (`sid:…`) back, for a mistake: the ledger
   * keeps both. In force here at once and elsewhere within `maxStaleness`. A cut-off of a user or
   * of everyone cannot be lifted. Returns the records of the lift, one for each revocation.
   *
   * Errors: `not-liftable`, `nothing-to-lift`, `ledger-unavailable`.
   */
  lift(subject: Subject, details?: Details): Promise<readonly Revocation[]>
  /**
   * Deletes what `retention` no longer keeps, now; for a cron job in place of `purgeInterval`.
   * With `dryRun` it counts and deletes nothing.
   */
  purge(options?: { dryRun?: boolean }): Promise<PurgeCounts>
}

/**
 * The revocations of a Payload instance that has the plugin.
 *
 * @example await revocations(payload).revokeUser({ collection: 'users', id })
 * @throws RevocationError `not-started` when the instance has no plugin
 */
export function revocations(payload: Payload): Revocations {
  const runtime = runtimeOf(payload)
  const { denylist, ledger, settings } = runtime
  const { maxTokenLifetimeMs } = denylist

  const circumstances = ({ reason = 'admin', note, ip, actor }: Details) => ({
    ...{ reason, note, ip, maxTokenLifetimeMs, now: Date.now() },
    actor: actor && actorName(actor),
  })

  const record = async (revocation: Revocation, { dryRun }: Details) => {
    const isOver = revocation.expiresAt <= Date.now()
    if (!(dryRun || isOver)) await denylist.revoke([revocation])
    return revocation
  }

  /** A token or a session ends once: the ledger does not grow by saying it again. */
  const recordOnce = async (revocation: Revocation, details: Details) => {
    // One that waits for the end of its grace does not count yet.
    const found = await ledger.find([revocation.subject])
    const known = found.find((each) => isInEffect(each, Date.now()))
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
    revokeToken: async (named, details = {}) => {
      const token = typeof named === 'string' ? requireOwn(named) : tokenNamed(named.jti)
      return recordOnce(tokenRevocation(token, circumstances(details)), details)
    },
    revokeSession: async (sid, details = {}) =>
      recordOnce(sessionRevocation(sid, circumstances(details)), details),
    revokeUser: async ({ collection, id, exceptSession }, details = {}) => {
      const user = { collection, id, exceptSession, ...circumstances(details) }
      return record(await userCutoff(runtime, user), details)
    },
    revokeEveryone: async (details = {}) => {
      const now = Date.now()
      const cutoff = nextCutoff({ now, known: await ledger.cutoffsAfter(now) })
      return record(everyoneRevocation(cutoff, circumstances(details)), details)
    },
    lift: async (subject, details = {}) => {
      if (!/^(?:jti|sid):/.test(subject)) throw new RevocationError('not-liftable')
      const inForce = await ledger.find([subject])
      if (inForce.length === 0) throw new RevocationError('nothing-to-lift')
      const lifts = inForce.map((each) => liftRevocation(each, circumstances(details)))
      if (!details.dryRun) await denylist.lift(lifts)
      return lifts
    },
    sessions: (user, options) => listSessions(payload, user, options),
    purge: (options) => purge(payload, settings, options),
    find: (subject) => ledger.find([subject]),
    list: (query = {}) => listRevocations(payload, settings.slug, query),
    explain: async (what) =>
      typeof what === 'string' ? explainToken(ledger, requireOwn(what)) : explainName(ledger, what),
  }
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
