import type {
  CollectionBeforeLoginHook,
  CollectionBeforeOperationHook,
  PayloadRequest,
} from 'payload'
import { actorName } from '../../core/token.js'
import { askedBy } from '../request/askedBy.js'
import { rememberOwnCutoff } from '../request/ownCutoffs.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { takeRecorded } from './recordedEndings.js'
import { revokeUserWithChange, type UserCutoff } from './revokeUser.js'

/** The key in the context of the request. Payload copies the context at every nested operation. */
const RESETTING = 'jwtRevocation.isResettingPassword'

/** Marks a password reset. The hook that runs after its save is the hook of a login. */
export const markReset: CollectionBeforeOperationHook = ({ operation, req }) => {
  if (operation === 'resetPassword') req.context[RESETTING] = true
  if (operation === 'login') delete req.context[RESETTING]
}

/**
 * What the save of a new password ends during a password reset by mail: every session of the user.
 * `undefined` for any other save.
 */
export function resetEnding(
  runtime: Runtime,
  {
    collection,
    id,
    data,
    req,
  }: {
    collection: string
    id: number | string
    data: Readonly<Record<string, unknown>>
    req: PayloadRequest
  },
): UserCutoff | undefined {
  const isResetting = req.context[RESETTING] === true && typeof data.hash === 'string'
  return isResetting ? endingOf(runtime, { collection, id, req }) : undefined
}

/**
 * A password reset by mail ends every session of the user, as soon as the password is saved and
 * before a hook of the application can fail. The token of the reset is issued after that.
 */
export const afterReset: CollectionBeforeLoginHook = async ({ collection, req, user }) => {
  if (!takeMark(req)) return
  const runtime = runtimeOf(req.payload)
  const ending = endingOf(runtime, { collection: collection.slug, id: user.id, req })
  if (!takeRecorded(req, ending)) await revokeUserWithChange(runtime, ending, req)
}

const endingOf = (
  runtime: Runtime,
  { collection, id, req }: { collection: string; id: number | string; req: PayloadRequest },
): UserCutoff => ({
  ...{ collection, id, reason: 'password-reset' },
  // A person with the link from the user's mail acts as that user.
  actor: actorName({ collection, id }),
  ip: askedBy(req, runtime).ip,
  onMade: (cutoff) => rememberOwnCutoff(req, cutoff),
})

function takeMark({ context }: PayloadRequest): boolean {
  const isMarked = context[RESETTING] === true
  delete context[RESETTING]
  return isMarked
}
