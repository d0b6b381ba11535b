import { APIError } from 'payload'
import { messageOf, type Refusal } from '../../core/refusal.js'

/** A refusal as Payload's own kind of error, where no `Response` of ours can be the answer. */
export const refusalError = (refusal: Pick<Refusal, 'isLedgerMissing' | 'status'>) =>
  new APIError(messageOf(refusal), refusal.status === 'revoked' ? 401 : 503, undefined, true)
