import type { CollectionAfterChangeHook, CollectionAfterDeleteHook } from 'payload'
import type { Reason } from '../../core/revocation.js'
import type { Settings } from '../config/settings.js'
import { askedBy } from '../request/askedBy.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { revokeUserWithChange } from './revokeUser.js'
import { type SavedChange, savedChange } from './savedAccount.js'

type Change = Parameters<CollectionAfterChangeHook>[0]

/**
 * A deleted user's tokens end, also for whoever gets the same id later, and the records of the
 * sessions go: they hold addresses and devices of that person.
 */
export const afterAccountDeleted: CollectionAfterDeleteHook = async ({ collection, id, req }) => {
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
 * Ends what a saved change of an account ends. A changed password: the user's other sessions when
 * its owner changed it, all when someone else did. The trash, a lost verification, and what meets
 * the application's own rule (`revokeWhen`): all.
 */
export const afterAccountChange =
  (settings: Settings): CollectionAfterChangeHook =>
  async (change) => {
    const { collection, doc, operation, req } = change
    if (operation !== 'update') return
    const saved = await savedChange(change)
    if (!saved) return
    const runtime = runtimeOf(req.payload)
    const end = (reason: Reason, exceptSession?: string) =>
      revokeUserWithChange(
        runtime,
        {
          ...{ collection: collection.slug, id: doc.id, reason, exceptSession },
          ...askedBy(req, runtime),
        },
        req,
      )
    if (isPasswordChanged(saved)) {
      await end('password-changed', isByOwner(change) ? ownSession(change) : undefined)
    }
    const reason = await reasonToEnd(change, saved, settings)
    if (reason) await end(reason)
  }

/** By what the login is checked against: a restored version brings an old password back, too. */
const isPasswordChanged = ({ before, after }: SavedChange) =>
  (before.hash ?? null) !== (after.hash ?? null)

const isByOwner = ({ collection, doc, req: { user } }: Change) =>
  user?.collection === collection.slug && String(user.id) === String(doc.id)

const ownSession = ({ req }: Change) => tokenOfRequest(req)?.session

async function reasonToEnd(
  { collection, req }: Change,
  { before, after, docs }: SavedChange,
  { revokeWhen }: Settings,
): Promise<Reason | undefined> {
  if (after.deletedAt && !before.deletedAt) return 'user-deleted'
  // Payload takes the token of a verified user only, and nothing else counts as verified.
  if (before._verified && !after._verified) return 'user-disabled'
  const both = revokeWhen && (await docs())
  const isOver = both && (await revokeWhen({ collection: collection.slug, ...both, req }))
  return isOver ? 'user-disabled' : undefined
}
