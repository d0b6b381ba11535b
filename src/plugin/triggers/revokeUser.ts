import type { PayloadRequest } from 'payload'
import { nextCutoff } from '../../core/cutoff.js'
import { userRevocation } from '../../core/makeRevocation.js'
import type { Reason, Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { transactionOf } from '../database/transactionOf.js'
import type { Runtime } from '../runtime/runtime.js'

export interface UserCutoff {
  collection: string
  id: number | string
  reason: Reason
  actor?: string | undefined
  note?: string | undefined
  /** From which address it was asked. */
  ip?: string | undefined
  /** The session that lives on. */
  exceptSession?: string | undefined
}

/** Ends every token of a user that was issued until now. Durable when it resolves. */
export async function revokeUser(runtime: Runtime, user: UserCutoff): Promise<Revocation> {
  const revocation = await userCutoff(runtime, user)
  await runtime.denylist.revoke([revocation])
  return revocation
}

/**
 * Ends every token of a user together with a change of the user's document. Inside a transaction
 * the cut-off is written with the change, so that it rolls back with it, and taken once more
 * after the commit, for whoever logged in between the two with what the change made void.
 */
export async function revokeUserWithChange(
  runtime: Runtime,
  user: UserCutoff,
  req: PayloadRequest,
): Promise<void> {
  const transaction = await transactionOf(req)
  if (!transaction) {
    await revokeUser(runtime, user)
    return
  }
  const within = { transactionID: transaction }
  const recorded = await userCutoff(runtime, user, within)
  await runtime.denylist.record([recorded], within)
  await onceCommitted(req, async () => {
    try {
      await revokeUser(runtime, user)
    } catch (err) {
      req.payload.logger.error({ err }, 'Revocations: a revocation after a commit failed')
      await runtime.denylist.announce([recorded])
    }
  })
}

/** The cut-off of a user's tokens now, not yet recorded. */
export async function userCutoff({ denylist, ledger }: Runtime, user: UserCutoff, within?: object) {
  const { collection, id, exceptSession, reason, actor, note, ip } = user
  const { maxTokenLifetimeMs } = denylist
  const now = Date.now()
  const known = await ledger.find(['everyone', userSubject(collection, id)], within)
  return userRevocation(
    { collection, id, exceptSession, cutoff: nextCutoff({ now, known }) },
    { reason, actor, note, ip, now, maxTokenLifetimeMs },
  )
}
