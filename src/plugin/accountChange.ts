import type { CollectionAfterChangeHook, CollectionAfterDeleteHook, Payload } from 'payload'
import type { Reason } from '../core/revocation.js'
import { askedBy } from './askedBy.js'
import { revokeUserWithChange } from './revokeUser.js'
import type { Runtime } from './runtime.js'
import type { Settings } from './settings.js'

type Change = Parameters<CollectionAfterChangeHook>[0]

/**
 * A deleted user's tokens end, also for whoever gets the same id later, and the records of the
 * sessions go: they hold addresses and devices of that person.
 */
export const afterAccountDeleted =
  (runtimeOf: (payload: Payload) => Runtime): CollectionAfterDeleteHook =>
  async ({ collection, id, req }) => {
    const runtime = runtimeOf(req.payload)
    const user = { collection: collection.slug, id }
    await revokeUserWithChange(
      runtime,
      { ...user, reason: 'user-deleted', ...askedBy(req, runtime) },
      req,
    )
    await runtime.sessions?.forget(user, req)
  }

/**
 * A user who is put into the trash, is no longer verified, or meets the application's own rule
 * (`revokeWhen`) loses every session.
 */
export const afterAccountChange =
  (runtimeOf: (payload: Payload) => Runtime, settings: Settings): CollectionAfterChangeHook =>
  async (change) => {
    const { collection, doc, operation, req } = change
    if (operation !== 'update') return
    const reason = await reasonToEnd(change, settings)
    if (!reason) return
    const runtime = runtimeOf(req.payload)
    await revokeUserWithChange(
      runtime,
      { collection: collection.slug, id: doc.id, reason, ...askedBy(req, runtime) },
      req,
    )
  }

async function reasonToEnd(change: Change, settings: Settings): Promise<Reason | undefined> {
  const { collection, doc, previousDoc, req } = change
  if (doc.deletedAt && !previousDoc?.deletedAt) return 'user-deleted'
  if (previousDoc?._verified && doc._verified === false) return 'user-disabled'
  const isOver = await settings.revokeWhen?.({ collection: collection.slug, doc, previousDoc, req })
  return isOver ? 'user-disabled' : undefined
}
