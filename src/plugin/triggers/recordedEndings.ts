import type { PayloadRequest } from 'payload'
import type { UserCutoff } from './revokeUser.js'

/** The key in the context of the request. Payload copies the context at every nested operation. */
const RECORDED = 'jwtRevocation.recordedEndings'

/** Marks what was recorded around a save, so that the hook after it does not record it again. */
export const markRecorded = (context: PayloadRequest['context'], ending: UserCutoff) =>
  void recordedIn(context).add(keyOf(ending))

export const isRecorded = ({ context }: PayloadRequest, ending: UserCutoff): boolean =>
  recordedIn(context).has(keyOf(ending))

/**
 * Like `isRecorded`, but removes the mark: the next change may end the user for the same reason.
 */
export const takeRecorded = ({ context }: PayloadRequest, ending: UserCutoff): boolean =>
  recordedIn(context).delete(keyOf(ending))

const keyOf = ({ collection, id, reason }: UserCutoff) => `${collection}:${id}:${reason}`

function recordedIn(context: PayloadRequest['context']): Set<string> {
  const known = context[RECORDED]
  const recorded = known instanceof Set ? known : new Set<string>()
  context[RECORDED] = recorded
  return recorded
}
