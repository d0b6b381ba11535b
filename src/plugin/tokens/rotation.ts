import type { PayloadRequest } from 'payload'
import { tokenRevocation } from '../../core/makeRevocation.js'
import type { Revocation } from '../../core/revocation.js'
import { actorName, subjectsOf, type Token } from '../../core/token.js'
import { uuidv7Time } from '../../core/uuidv7.js'
import { askedBy } from '../request/askedBy.js'
import type { Runtime } from '../runtime/runtime.js'
import { renewSession } from '../sessions/renewSession.js'

/**
 * Ends the refreshed token after a grace period, in which other tabs may still use it, records its
 * successor, and renews the record of the session. This is durable before the operation returns the
 * successor: if there is a transaction, right after the commit, on the connection that the commit
 * released. If a token is refreshed many times, the first refresh starts the grace period. If the
 * revocation cannot be recorded, the refresh fails.
 *
 * If the answer to an earlier refresh was lost, its successor is issued again. Then the unused
 * successors of other refreshes end, so that the session continues with one token.
 */
export function rotate(runtime: Runtime, refresh: Refresh): Promise<void> {
  const { next, req } = refresh
  return renewSession(runtime, { token: next, ended: endedBy(runtime, refresh), req })
}

interface Refresh {
  req: PayloadRequest
  /** The token to refresh. Its signature is verified. */
  token: Token
  /** Its successor. */
  next: Token
  /** What the ledger contained about this token when the refresh began. */
  known: readonly Revocation[]
}

function endedBy(runtime: Runtime, { req, token, next, known }: Refresh): Revocation[] {
  const { denylist, settings } = runtime
  const { graceMs } = settings
  if (graceMs === undefined) return []
  const now = Date.now()
  const circumstances = {
    actor: actorName({ collection: token.collection, id: token.userId }),
    ip: askedBy(req, runtime).ip,
    now,
    maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
  }
  const earlier = known.filter(({ subject }) => subject === subjectsOf(token).token)
  const successors = earlier.flatMap(({ successor }) => successor ?? [])
  return successors.some(({ id }) => id === next.id)
    ? successors
        .filter(({ id }) => id !== next.id)
        .map(({ id, expiresAt }) => ({
          ...{ ...token, id, expiresAt, issuedAt: uuidv7Time(id) ?? token.issuedAt },
        }))
        .map((beside) => tokenRevocation(beside, { ...circumstances, reason: 'replaced' }))
    : [
        tokenRevocation(token, {
          ...{ ...circumstances, reason: 'rotated' },
          effectiveAt: Math.min(
            now + graceMs,
            ...earlier.map(({ effectiveAt = now }) => effectiveAt),
          ),
          successor: { id: next.id, expiresAt: next.expiresAt },
        }),
      ]
}
