import { APIError } from 'payload'
import { messageOf, type Refusal } from '../../core/refusal.js'

/** A refusal as Payload's kind of error, for places where the answer cannot be our `Response`. */
export const refusalError = (refusal: Pick<Refusal, 'isLedgerMissing' | 'status'>) =>
  new APIError(messageOf(refusal), refusal.status === 'revoked' ? 401 : 503, undefined, true)
