import { APIError } from 'payload'
import { MESSAGES, type Refusal } from '../../core/refusal.js'

/** A refusal as Payload's own kind of error, where no `Response` of ours can be the answer. */
export const refusalError = ({ status }: Pick<Refusal, 'status'>) =>
  new APIError(MESSAGES[status], status === 'revoked' ? 401 : 503, undefined, true)
