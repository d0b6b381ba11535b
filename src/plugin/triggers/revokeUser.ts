import type { PayloadRequest } from 'payload'
import { nextCutoff } from '../../core/cutoff.js'
import { userRevocation } from '../../core/makeRevocation.js'
import type { Logger } from '../../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Reason, type Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { beforeCommit, onceCommitted } from '../database/onceCommitted.js'
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
  /** Is told of each cut-off that is made for this, before it is recorded. */
  onMade?: (cutoff: Revocation) => void
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
  req: Pick<PayloadRequest, 'payload' | 'transactionID'>,
): Promise<void> {
  const transaction = await transactionOf(req)
  if (!transaction) {
    await revokeUser(runtime, user)
    return
  }
  const within = { transactionID: transaction }
  const record = async () => {
    const cutoff = await userCutoff(runtime, user, within)
    await runtime.denylist.record([cutoff], within)
    return cutoff
  }
  let recorded = await record()
  // Logins do not see it yet; those that come in the meantime must not get past it.
  await beforeCommit(req, async () => {
    const now = await runtime.denylist.ledgerNow(within)
    if (now - recorded.revokedAt > CLOCK_TOLERANCE_MS / 2) recorded = await record()
  })
  await onceCommitted(req, async () => {
    try {
      await revokeUser(runtime, user)
    } catch (err) {
      req.payload.logger.error({ err }, 'Revocations: a revocation after a commit failed')
      await runtime.denylist.announce([recorded])
    }
  })
}

/**
 * Ends a user's tokens around a change of the user's document, where no transaction ties the two
 * together. The cut-off that comes before the change is told to nobody but the ledger, and logins
 * do not step over it: whoever logs in between the two did so with what the change makes void.
 *
 * @throws whatever the ledger throws, before anything was saved; whatever `perform` throws, after
 *   the tokens were ended
 */
export async function revokeUserAround<Result>(
  runtime: Runtime,
  {
    endings,
    perform,
    logger,
  }: {
    /** Of one user, one at least. */
    endings: readonly UserCutoff[]
    perform: () => Promise<Result>
    logger: Logger
  },
): Promise<Result> {
  const intent = await userCutoff(runtime, intentOf(endings))
  await runtime.ledger.append([intent])
  const end = async (note?: string) => {
    try {
      for (const ending of endings) await revokeUser(runtime, { note, ...ending })
    } catch (err) {
      logger.error(
        { err },
        'Revocations: a revocation after a change failed, the one before counts',
      )
      await runtime.denylist.announce([intent])
    }
  }
  const result = await perform().catch(async (err) => {
    await end('The change that this belongs to failed').catch(() => {})
    throw err
  })
  await end()
  return result
}

/** Spares a session only where none of the endings ends it. */
function intentOf([first, ...others]: readonly UserCutoff[]): UserCutoff {
  const isSpared = others.every(({ exceptSession }) => exceptSession === first?.exceptSession)
  const { exceptSession, ...user } = first as UserCutoff
  return { ...user, reason: 'change-begun', ...(isSpared && { exceptSession }) }
}

/** The cut-off of a user's tokens now, not yet recorded. */
export async function userCutoff({ denylist, ledger }: Runtime, user: UserCutoff, within?: object) {
  const { collection, id, exceptSession, reason, actor, note, ip } = user
  const { maxTokenLifetimeMs } = denylist
  const now = await denylist.ledgerNow(within)
  const known = await ledger.find(['everyone', userSubject(collection, id)], within)
  const made = userRevocation(
    { collection, id, exceptSession, cutoff: nextCutoff({ now, known }) },
    { reason, actor, note, ip, now, maxTokenLifetimeMs },
  )
  user.onMade?.(made)
  return made
}
