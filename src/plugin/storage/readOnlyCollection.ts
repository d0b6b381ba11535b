import {
  type Access,
  APIError,
  type CollectionBeforeOperationHook,
  type CollectionConfig,
  type Where,
} from 'payload'
import { RevocationError, type RevocationErrorCode } from '../../core/errors.js'

/**
 * The common part of collections that only the plugin writes. Users with `read` access can read.
 * Every other operation fails with `code`, also in the Local API. Lists show only the columns in
 * `shown`.
 */
export const readOnlyCollection = ({
  code,
  read,
  shown,
}: {
  code: RevocationErrorCode
  read: Access
  shown?: Where
}) =>
  ({
    access: { read, create: () => false, update: () => false, delete: () => false },
    hooks: { beforeOperation: [refuseWrites(code), ...(shown ? [showOnly(shown)] : [])] },
    disableDuplicate: true,
    lockDocuments: false,
    timestamps: false,
    // From Payload 4 on, collections have versions by default.
    versions: false,
  }) satisfies Partial<CollectionConfig>

const READS = new Set(['read', 'readDistinct', 'count', 'countVersions'])

const refuseWrites =
  (code: RevocationErrorCode): CollectionBeforeOperationHook =>
  ({ operation }) => {
    if (READS.has(operation)) return
    throw new APIError(new RevocationError(code).message, 403, undefined, true)
  }

const showOnly =
  (shown: Where): CollectionBeforeOperationHook =>
  ({ args, operation }) => {
    if (!READS.has(operation) || 'id' in args) return
    const { where } = args as { where?: Where }
    return { ...args, where: where ? { and: [where, shown] } : shown }
  }
