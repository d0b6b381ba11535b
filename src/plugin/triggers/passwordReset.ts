import type {
  CollectionBeforeLoginHook,
  CollectionBeforeOperationHook,
  PayloadRequest,
} from 'payload'
import { actorName } from '../../core/token.js'
import { askedBy } from '../request/askedBy.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { revokeUserWithChange } from './revokeUser.js'

/** By name in the context of the request, which Payload copies at every nested operation. */
const RESETTING = 'jwtRevocation.isResettingPassword'

/** Marks that a password is being reset: the hook that comes after it was saved is that of a login. */
export const markReset: CollectionBeforeOperationHook = ({ operation, req }) => {
  if (operation === 'resetPassword') req.context[RESETTING] = true
  if (operation === 'login') delete req.context[RESETTING]
}

/**
 * A password that was reset by mail ends every session of the user, as soon as it is saved and
 * before any hook of the application can fail. The token that the reset hands out comes after.
 */
export const afterReset: CollectionBeforeLoginHook = async ({ collection, req, user }) => {
  if (!takeMark(req)) return
  const runtime = runtimeOf(req.payload)
  const { id } = user
  await revokeUserWithChange(
    runtime,
    {
      ...{ collection: collection.slug, id, reason: 'password-reset' },
      // Whoever has the link that was mailed to the user acts as that user.
      actor: actorName({ collection: collection.slug, id }),
      ip: askedBy(req, runtime).ip,
    },
    req,
  )
}

function takeMark({ context }: PayloadRequest): boolean {
  const isMarked = context[RESETTING] === true
  delete context[RESETTING]
  return isMarked
}
