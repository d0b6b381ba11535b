import type { PayloadRequest } from 'payload'
import { actorName, FORMER_USER } from '../../core/token.js'
import type { Runtime } from '../runtime/runtime.js'
import { clientAddress } from './clientAddress.js'

/** What the ledger records about the sender of a request: the user and the address, if known. */
export function askedBy(
  { headers, user }: Pick<PayloadRequest, 'headers' | 'user'>,
  { settings }: Runtime,
): { actor?: string; ip?: string } {
  const ip = clientAddress(headers, settings.trustProxy)
  return {
    ...(user && { actor: actorName(user) }),
    ...(ip !== undefined && { ip }),
  }
}

/**
 * Like `askedBy`, for the deletion of an account. Nothing is kept about the deleted user, nor an
 * address without a user, which may be the deleted user's.
 */
export function askedToDelete(
  user: { collection: string; id: number | string },
  req: Pick<PayloadRequest, 'headers' | 'user'>,
  runtime: Runtime,
): { actor?: string; ip?: string } {
  const asked = askedBy(req, runtime)
  if (asked.actor === undefined) return {}
  return asked.actor === actorName(user) ? { actor: FORMER_USER } : asked
}
