import type { PayloadRequest } from 'payload'
import { tokenRevocation } from '../../core/makeRevocation.js'
import type { Revocation } from '../../core/revocation.js'
import { actorName, subjectsOf, type Token } from '../../core/token.js'
import { uuidv7Time } from '../../core/uuidv7.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { askedBy } from '../request/askedBy.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * Ends the refreshed token, after a grace in which other tabs may still show it, and keeps which
 * token took its place. Durable before the operation hands that one out: where it has a
 * transaction, right after the commit and on the connection that this gave back. Of many refreshes
 * of one token the first begins the grace. What fails fails the refresh.
 *
 * Where the answer to an earlier refresh was lost its successor is handed out once more: what other
 * refreshes handed out beside it and nobody has shown ends here, so that the session goes on in one
 * line.
 */
export async function rotate(
  runtime: Runtime,
  {
    req,
    token,
    next,
    known,
  }: {
    req: PayloadRequest
    /** The one that was shown to refresh, its signature verified. */
    token: Token
    /** The one that takes its place. */
    next: Token
    /** What the ledger had for this token when the refresh began. */
    known: readonly Revocation[]
  },
): Promise<void> {
  const { denylist, settings } = runtime
  const { graceMs } = settings
  if (graceMs === undefined) return
  const now = Date.now()
  const circumstances = {
    actor: actorName({ collection: token.collection, id: token.userId }),
    ip: askedBy(req, runtime).ip,
    now,
    maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
  }
  const earlier = known.filter(({ subject }) => subject === subjectsOf(token).token)
  const successors = earlier.flatMap(({ successor }) => successor ?? [])
  const ended = successors.some(({ id }) => id === next.id)
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
  if (ended.length > 0) await onceCommitted(req, () => denylist.revoke(ended))
}
