import { APIError, type CollectionBeforeOperationHook } from 'payload'
import { RevocationError, type RevocationErrorCode } from '../../core/errors.js'

const READS = new Set(['read', 'readDistinct', 'count', 'countVersions'])

/** Lets nobody write a collection through an operation, the Local API included; the plugin does. */
export const refuseWrites =
  (code: RevocationErrorCode): CollectionBeforeOperationHook =>
  ({ operation }) => {
    if (READS.has(operation)) return
    throw new APIError(new RevocationError(code).message, 403, undefined, true)
  }
