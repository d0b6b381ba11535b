import type { Payload } from 'payload'
import { nextCutoff } from '../core/cutoff.js'
import { RevocationError } from '../core/errors.js'
import type { Reason, Revocation, Subject } from '../core/revocation.js'
import { everyoneRevocation, sessionRevocation, tokenRevocation } from '../core/revoke.js'
import { subjectsOf, type Token, tokenFromClaims } from '../core/token.js'
import { revokeUser } from './revokeUser.js'
import { runtimeOf } from './runtime.js'
import { settingsOf } from './settingsOf.js'
import { verifyToken } from './verifyToken.js'

/** Why and by whom; all optional. */
export interface Details {
  /** Default `admin`. */
  reason?: Reason
  /** Free text for the ledger, up to 1,000 characters. Never put a token in it. */
  note?: string
  /** Who decided: a user document, or nothing for the application itself. */
  actor?: { collection: string; id: number | string }
}

/**
 * Revocation from code. Each call resolves when the revocation is durable and in force in this
 * process; doing it again is harmless.
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
    user: { collection: string; id: number | string; exceptSession?: string },
    details?: Details,
  ): Promise<Revocation>
  /** Ends every token of everyone that was issued until now. */
  revokeEveryone(details?: Details): Promise<Revocation>
  /** What is in force for a user, a session, a token or everyone, as the ledger has it. */
  find(subject: Subject): Promise<readonly Revocation[]>
  /** Why a token is refused: every revocation in force that names it. Empty: none does. */
  explain(token: string): Promise<readonly Revocation[]>
}

/**
 * The revocations of a Payload instance that has the plugin.
 *
 * @example await revocations(payload).revokeUser({ collection: 'users', id })
 * @throws RevocationError `not-started` when the instance has no plugin
 */
export function revocations(payload: Payload): Revocations {
  const settings = settingsOf(payload)
  if (!settings) throw new RevocationError('not-started')
  const runtime = runtimeOf(payload, settings)
  const { denylist, ledger } = runtime
  const { maxTokenLifetimeMs } = denylist

  const circumstances = ({ reason = 'admin', note, actor }: Details = {}) => ({
    ...{ reason, note, maxTokenLifetimeMs, now: Date.now() },
    actor: actor && `${actor.collection}:${actor.id}`,
  })

  const record = async (revocation: Revocation) => {
    await denylist.revoke([revocation])
    return revocation
  }

  const ownToken = (text: string): Token => {
    const claims = verifyToken(text, payload.secret)
    const token = claims && tokenFromClaims(claims)
    if (!token) throw new RevocationError('token-not-ours')
    return token
  }

  return {
    revokeToken: async (token, details) =>
      record(
        tokenRevocation(
          typeof token === 'string' ? ownToken(token) : tokenNamed(token.jti),
          circumstances(details),
        ),
      ),
    revokeSession: async (sid, details) => record(sessionRevocation(sid, circumstances(details))),
    revokeUser: ({ collection, id, exceptSession }, details) => {
      const { reason, note, actor } = circumstances(details)
      return revokeUser(runtime, { collection, id, exceptSession, reason, note, actor })
    },
    revokeEveryone: async (details) => {
      const now = Date.now()
      const cutoff = nextCutoff({ now, known: await ledger.cutoffsAfter(now) })
      return record(everyoneRevocation(cutoff, circumstances(details)))
    },
    find: (subject) => ledger.find([subject]),
    explain: async (text) => {
      const token = ownToken(text)
      const found = await ledger.find(Object.values(subjectsOf(token)))
      return found.filter((each) => isAgainst(each, token))
    },
  }
}

/** A token of which only the id is known, remembered for the longest life that one can have. */
const tokenNamed = (jti: string): Token => ({
  id: jti,
  session: jti,
  collection: '',
  userId: '',
  issuedAt: Date.now(),
  expiresAt: Number.POSITIVE_INFINITY,
})

const isAgainst = ({ cutoff, exceptSession }: Revocation, token: Token) =>
  cutoff === undefined || (token.issuedAt <= cutoff && token.session !== exceptSession)
