import type { PayloadRequest } from 'payload'
import type { Reason } from '../../core/revocation.js'
import { askedBy } from '../request/askedBy.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import type { UserCutoff } from './revokeUser.js'
import type { AccountUpdate } from './savedAccount.js'

/** The account that is changed, and the request that changes it. */
interface Whose {
  runtime: Runtime
  collection: string
  id: number | string
  req: PayloadRequest
}

/**
 * What a change of an account ends. A changed password ends the user's other sessions if its owner
 * changed it, otherwise all sessions. Trashing, a lost verification, and the application's own rule
 * (`revokeWhen`) end all sessions.
 */
export async function endingsOf(update: AccountUpdate, whose: Whose): Promise<UserCutoff[]> {
  const { runtime, collection, id, req } = whose
  const ending = { collection, id, ...askedBy(req, runtime) }
  const endings: UserCutoff[] = []
  if (isPasswordChanged(update)) {
    const exceptSession = isByOwner(whose) ? tokenOfRequest(req)?.session : undefined
    endings.push({ ...ending, reason: 'password-changed', exceptSession })
  }
  const reason = await reasonToEnd(update, whose)
  if (reason) endings.push({ ...ending, reason })
  return endings
}

/**
 * Compares what a login is checked against, so it also notices a restored version with an old
 * password.
 */
const isPasswordChanged = ({ before, after }: AccountUpdate) =>
  (before.hash ?? null) !== (after.hash ?? null)

const isByOwner = ({ collection, id, req: { user } }: Whose) =>
  user?.collection === collection && String(user.id) === String(id)

async function reasonToEnd(
  { before, after, docs }: AccountUpdate,
  { runtime, collection, req }: Whose,
): Promise<Reason | undefined> {
  if (after.deletedAt && !before.deletedAt) return 'user-deleted'
  // Payload accepts the token of a verified user only. Any other value counts as not verified.
  if (before._verified && !after._verified) return 'user-disabled'
  const { revokeWhen } = runtime.settings
  const both = revokeWhen && (await docs())
  const isOver = both && (await revokeWhen({ collection, ...both, req }))
  return isOver ? 'user-disabled' : undefined
}
