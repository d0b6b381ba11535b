import type { CollectionAfterChangeHook, CollectionBeforeChangeHook, Payload } from 'payload'
import { memo } from '../core/processWide.js'
import { askedBy } from './askedBy.js'
import { revokeUserWithChange } from './revokeUser.js'
import type { Runtime } from './runtime.js'
import { tokenOfRequest } from './tokenOfRequest.js'

/** By request context, which survives Payload's wrapping of the request: whose password is set. */
const pending = memo<object, Set<number | string>>('pendingPasswordChanges')

/** Notes that an update sets a password: the document that is saved no longer tells. */
export const notePasswordChange: CollectionBeforeChangeHook = ({
  context,
  data,
  operation,
  originalDoc,
}) => {
  if (operation === 'update' && typeof data.password === 'string' && data.password !== '') {
    const users = pending.get(context) ?? new Set()
    pending.set(context, users.add(originalDoc?.id))
  }
}

/**
 * A changed password ends the user's sessions: all but the own one when its owner changed it,
 * all when someone else did. A draft is saved with the password still in its data, unchanged in
 * the account, and ends nothing.
 */
export const afterPasswordChange =
  (runtimeOf: (payload: Payload) => Runtime): CollectionAfterChangeHook =>
  async ({ collection, context, data, doc, operation, req }) => {
    if (operation !== 'update' || !pending.get(context)?.delete(doc.id)) return
    if (typeof data?.password === 'string') return
    const { user } = req
    const isOwner = user?.collection === collection.slug && String(user.id) === String(doc.id)
    const runtime = runtimeOf(req.payload)
    await revokeUserWithChange(
      runtime,
      {
        collection: collection.slug,
        id: doc.id,
        reason: 'password-changed',
        ...askedBy(req, runtime),
        exceptSession: isOwner ? tokenOfRequest(req, runtime)?.session : undefined,
      },
      req,
    )
  }
