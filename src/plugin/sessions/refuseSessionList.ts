import { APIError, type CollectionBeforeOperationHook } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { hadPayloadSessions } from '../storage/payloadSessions.js'

/**
 * A common way to log a user out everywhere is to empty Payload's list (`data: { sessions: [] }`).
 * The plugin turned that list off, and Payload drops unknown fields, so the update would succeed
 * and end nothing. Therefore it fails with an error that names the right call.
 */
export const refuseSessionList: CollectionBeforeOperationHook = ({
  args,
  collection,
  operation,
}) => {
  if (operation !== 'update' && operation !== 'updateByID') return
  const data: unknown = 'data' in args ? args.data : undefined
  const isWritten = typeof data === 'object' && data !== null && 'sessions' in data
  if (!isWritten || !hadPayloadSessions(collection)) return
  throw new APIError(new RevocationError('no-session-list').message, 400, undefined, true)
}
