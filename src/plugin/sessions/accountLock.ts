import { type CollectionSlug, LockedAuth, type PayloadRequest } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { sessionRevocation } from '../../core/makeRevocation.js'
import { memo } from '../../core/processWide.js'
import type { Token } from '../../core/token.js'
import type { AroundWrite, DocumentWrite } from '../database/aroundWrites.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { primaryOf } from '../database/primaryOf.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { ofUser, type UserRef } from '../storage/sessionQueries.js'
import type { SessionRow, SessionStore } from '../storage/sessionStore.js'
import { BURST_MS, recentSessions, rememberLogin } from './recentLogins.js'

/**
 * When failed logins lock an account, this ends the sessions that began shortly before the lock,
 * but no older ones. An attacker who tries many passwords at once gains nothing from the right one,
 * and wrong passwords cannot log the user out. Payload does the same for its own sessions
 * (`incrementLoginAttempts`). It calls no hook there, so the lock is noticed when the account is
 * saved. Each further failure saves the lock again.
 */
export const endWithLock: AroundWrite = async (write, perform) => {
  const { collection, data, id, payload } = write
  // The adapter may change the data that it saves: MongoDB's adds `updatedAt`.
  const isFailure = payload.collections[collection]?.config.auth && isFailedLogin(write)
  const lockUntil = data?.lockUntil
  const result = await perform()
  if (!isFailure) return result
  const saved = result as { lockUntil?: unknown } | null | undefined
  if (isLockedUntil(lockUntil) || isLockedUntil(saved?.lockUntil))
    await endBurst(runtimeOf(payload), { collection, id })
  return result
}

/** The lock of an account, if it was read with the record of its login. */
const seen = memo<Token, Account>('lockOfLogin')

/**
 * Writes the record of a login, and reads the lock with the same statement, for {@link settleLogin}.
 * `false`, without having done anything, if the database cannot do that now.
 */
export async function insertWithLock(
  store: SessionStore,
  { token, row, req }: { token: Token; row: SessionRow; req: PayloadRequest },
): Promise<boolean> {
  const { collection, userId: id } = token
  if (!isLockable(req, collection)) return false
  try {
    const held = await store.insertHolding(row, { collection, id, field: 'lockUntil' })
    if (!held) return false
    seen.set(token, { lockUntil: held.value })
    return true
  } catch {
    // If the fast way fails for any reason, the usual way is used.
    return false
  }
}

/**
 * Remembers a login for {@link endWithLock}, and refuses it if its account was locked in the
 * meantime. The login checks for a lock after it wrote its record, and the lock looks for records
 * after it was saved, so one of them sees the other.
 *
 * @throws LockedAuth
 */
export async function settleLogin(runtime: Runtime, token: Token, req: PayloadRequest) {
  const { collection, userId } = token
  if (!isLockable(req, collection)) return
  rememberLogin(runtime.denylist, token)
  await onceCommitted(req, async () => {
    const account = seen.get(token) ?? (await readLock(req, { collection, id: userId }))
    if (!isLockedUntil(account?.lockUntil)) return
    await endSessions(runtime, [token.session])
    throw new LockedAuth(req.t)
  })
}

const isLockable = ({ payload }: PayloadRequest, collection: string) =>
  (payload.collections[collection as CollectionSlug]?.config.auth.maxLoginAttempts ?? 0) > 0

const readLock = ({ payload }: PayloadRequest, { collection, id }: UserRef) =>
  primaryOf(payload.db).findOne<Account & { id: number | string }>({
    collection: collection as CollectionSlug,
    where: { id: { equals: id } },
    select: { lockUntil: true },
  })

interface Account {
  readonly lockUntil?: unknown
}

/** Payload counts a failure, locks, or does both. It saves nothing else with that. */
function isFailedLogin({ data = {} }: DocumentWrite): boolean {
  const names = Object.keys(data)
  return names.length > 0 && names.every((name) => name === 'loginAttempts' || name === 'lockUntil')
}

const isLockedUntil = (time: unknown) =>
  (typeof time === 'string' || time instanceof Date) && new Date(time).getTime() > Date.now()

async function endBurst(runtime: Runtime, user: UserRef): Promise<void> {
  const since = isoDate(Date.now() - BURST_MS)
  const recorded = await runtime.sessions?.find({
    and: [ofUser(user), { createdAt: { greater_than_equal: since } }],
  })
  const sessions = new Set([
    ...recentSessions(runtime.denylist, user),
    ...(recorded?.map(({ id }) => id) ?? []),
  ])
  await endSessions(runtime, [...sessions])
}

async function endSessions({ denylist, ledger }: Runtime, sessions: readonly string[]) {
  if (sessions.length === 0) return
  const { maxTokenLifetimeMs } = denylist
  const circumstances = { reason: 'account-locked', now: Date.now(), maxTokenLifetimeMs } as const
  const revocations = sessions.map((session) => sessionRevocation(session, circumstances))
  const known = await ledger.find(revocations.map(({ subject }) => subject))
  const isNew = ({ subject }: { subject: string }) =>
    !known.some((each) => each.subject === subject)
  await denylist.revoke(revocations.filter(isNew))
}
