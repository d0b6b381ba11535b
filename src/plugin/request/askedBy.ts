import type { PayloadRequest } from 'payload'
import { actorName } from '../../core/token.js'
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
