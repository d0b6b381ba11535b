import type { PayloadRequest } from 'payload'
import type { Revocation } from '../../core/revocation.js'

type Request = Pick<PayloadRequest, 'context'>

/** The key in the context of the request. Payload copies the context at every nested operation. */
const OWN = 'jwtRevocation.ownCutoffs'

/**
 * Remembers a cut-off that this request created. A token that it issues later is newer than the
 * cut-off.
 */
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
