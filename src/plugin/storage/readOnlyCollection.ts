import {
  type Access,
  APIError,
  type CollectionBeforeOperationHook,
  type CollectionConfig,
} from 'payload'
import { RevocationError, type RevocationErrorCode } from '../../core/errors.js'

/**
 * The part of a collection that the plugin alone writes: whoever may `read` reads, and every other
 * operation fails with `code`, the Local API's too.
 */
export const readOnlyCollection = ({ code, read }: { code: RevocationErrorCode; read: Access }) =>
  ({
    access: { read, create: () => false, update: () => false, delete: () => false },
    hooks: { beforeOperation: [refuseWrites(code)] },
    disableDuplicate: true,
    lockDocuments: false,
    timestamps: false,
  }) satisfies Partial<CollectionConfig>

const READS = new Set(['read', 'readDistinct', 'count', 'countVersions'])

const refuseWrites =
  (code: RevocationErrorCode): CollectionBeforeOperationHook =>
  ({ operation }) => {
    if (READS.has(operation)) return
    throw new APIError(new RevocationError(code).message, 403, undefined, true)
  }
