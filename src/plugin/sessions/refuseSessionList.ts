import { APIError, type CollectionBeforeOperationHook } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { hadPayloadSessions } from '../storage/payloadSessions.js'

/**
 * Emptying Payload's list (`data: { sessions: [] }`) is the usual home-made way to log a user out
 * everywhere. The plugin has turned that list off, Payload drops what it does not know, and so the
 * update would answer success and end nothing: it fails, and names the call that does it.
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
