import type { PayloadRequest } from 'payload'
import type { Revocation } from '../../core/revocation.js'

type Request = Pick<PayloadRequest, 'context'>

/** By name in the context of the request, which Payload copies at every nested operation. */
const OWN = 'jwtRevocation.ownCutoffs'

/** Remembers a cut-off that this request takes itself: what it hands out later comes after that. */
export const rememberOwnCutoff = ({ context }: Request, { id }: Revocation) =>
  void idsIn(context).add(id)

export const isOwnCutoff = ({ context }: Request, { id }: Revocation): boolean =>
  idsIn(context).has(id)

function idsIn(context: PayloadRequest['context']): Set<string> {
  const known = context[OWN]
  const ids = known instanceof Set ? known : new Set<string>()
  context[OWN] = ids
  return ids
}
