import type { CollectionAfterChangeHook, CollectionAfterDeleteHook } from 'payload'
import { askedToDelete } from '../request/askedBy.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { endingsOf } from './endings.js'
import { takeRecorded } from './recordedEndings.js'
import { revokeUserWithChange } from './revokeUser.js'
import { savedChange } from './savedAccount.js'

/**
 * A deleted user's tokens end, also because another user may get the same id later. What else
 * is kept of that person is deleted.
 */
export const afterAccountDeleted: CollectionAfterDeleteHook = async ({ collection, id, req }) => {
  const runtime = runtimeOf(req.payload)
  const user = { collection: collection.slug, id }
  const ending = { ...user, reason: 'user-deleted', ...askedToDelete(user, req, runtime) } as const
  if (!takeRecorded(req, ending)) await revokeUserWithChange(runtime, ending, req)
  await runtime.forgetUser(user, req)
}

/**
 * Revokes what a change of an account ends, judged by what was saved. What was recorded around the
 * save is not recorded again.
 */
export const afterAccountChange: CollectionAfterChangeHook = async (change) => {
  const { collection, doc, operation, req } = change
  if (operation !== 'update') return
  const saved = await savedChange(change)
  if (!saved) return
  const runtime = runtimeOf(req.payload)
  const whose = { runtime, collection: collection.slug, id: doc.id, req }
  for (const ending of await endingsOf(saved, whose)) {
    if (!takeRecorded(req, ending)) await revokeUserWithChange(runtime, ending, req)
  }
}
