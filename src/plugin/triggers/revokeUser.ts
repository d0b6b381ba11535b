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
  /** The address that the request came from. */
  ip?: string | undefined
  /** The session that stays valid. */
  exceptSession?: string | undefined
  /** Called with each new cut-off, before it is recorded. */
  onMade?: (cutoff: Revocation) => void
}

/** Revokes every token of a user that was issued until now. Durable when it resolves. */
export async function revokeUser(runtime: Runtime, user: UserCutoff): Promise<Revocation> {
  const { denylist } = runtime
  const now = await denylist.ledgerNow()
  // If the fast way fails for any reason, the usual way is used.
  const later = await denylist
    .revokeLater(cutoffOf(runtime, user, { now, known: [] }))
    .catch(() => undefined)
  if (later) return later
  const revocation = cutoffOf(runtime, user, { now, known: await knownOf(runtime, user) })
  await denylist.revoke([revocation])
  return revocation
}

/**
 * Revokes every token of a user together with a change of the user's document. Inside a transaction
 * the cut-off is written with the change, so both roll back together. It is written again after the
 * commit, for logins in between that used what the change made invalid.
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
  const record = () => recordCutoff(runtime, user, within)
  let recorded = await record()
  // Logins cannot see it yet. A login in the meantime must still be covered by it.
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
 * Revokes a user's tokens around a change of the user's document when no transaction connects the
 * two. The cut-off before the change is only written to the ledger, and new tokens are not issued
 * past it: a login in between used what the change makes invalid.
 *
 * @throws errors of the ledger, before anything was saved; errors of `perform`, after the tokens
 * were revoked
 */
export async function revokeUserAround<Result>(
  runtime: Runtime,
  {
    endings,
    perform,
    logger,
  }: {
    /** All of the same user, at least one. */
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
        'Revocations: a revocation after a change failed; the one before the change is in force',
      )
      await runtime.denylist.announce([intent])
    }
  }
  const result = await perform().catch(async (err) => {
    await end('The change that caused this failed').catch(() => {})
    throw err
  })
  await end()
  return result
}

/** Records a cut-off of a user's tokens as of now in a transaction. */
async function recordCutoff(runtime: Runtime, user: UserCutoff, within: object) {
  const { denylist, ledger } = runtime
  const now = await denylist.ledgerNow(within)
  const made = cutoffOf(runtime, user, { now, known: [] })
  const later = await ledger.appendLater?.(made, within)
  if (later) return later
  const known = await knownOf(runtime, user, within)
  const cutoff = cutoffOf(runtime, user, { now, known })
  await denylist.record([cutoff], within)
  return cutoff
}

/** Spares a session only if every ending spares it. */
function intentOf([first, ...others]: readonly UserCutoff[]): UserCutoff {
  const isSpared = others.every(({ exceptSession }) => exceptSession === first?.exceptSession)
  const { exceptSession, ...user } = first as UserCutoff
  return { ...user, reason: 'change-begun', ...(isSpared && { exceptSession }) }
}

/** A cut-off of a user's tokens as of now. It is not recorded yet. */
export async function userCutoff(runtime: Runtime, user: UserCutoff, within?: object) {
  const now = await runtime.denylist.ledgerNow(within)
  return cutoffOf(runtime, user, { now, known: await knownOf(runtime, user, within) })
}

const knownOf = ({ ledger }: Runtime, { collection, id }: UserCutoff, within?: object) =>
  ledger.find(['everyone', userSubject(collection, id)], within)

function cutoffOf(
  { denylist: { maxTokenLifetimeMs } }: Runtime,
  user: UserCutoff,
  { now, known }: Parameters<typeof nextCutoff>[0],
) {
  const { collection, id, exceptSession, reason, actor, note, ip } = user
  const made = userRevocation(
    { collection, id, exceptSession, cutoff: nextCutoff({ now, known }) },
    { reason, actor, note, ip, now, maxTokenLifetimeMs },
  )
  user.onMade?.(made)
  return made
}
