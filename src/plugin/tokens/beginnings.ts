import type { PayloadRequest } from 'payload'
import { issueTime } from '../../core/cutoff.js'
import { memo } from '../../core/processWide.js'
import type { Revocation, Successor } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'

/**
 * What was known when an operation that ends in a token began, before it read any credential.
 * A cut-off that comes while it runs is not among it, so the token falls under that cut-off:
 * a login with the old password never outlives the change.
 */
export interface Beginning {
  readonly startedAt: number
  readonly known: readonly Revocation[]
  /** The token to be handed out once more, where the answer to an earlier refresh was lost. */
  readonly again?: Successor | undefined
}

interface KeptBeginning extends Beginning {
  readonly operation: 'login' | 'refresh'
  readonly collection: string
  /** Whose tokens it may end in. */
  readonly users: readonly string[]
}

type Claims = Readonly<Record<string, unknown>>

/** By request, not by the operation's arguments: a hook may have put others in their place. */
const beginnings = memo<PayloadRequest, KeptBeginning[]>('beginningsInRequest')

export function keepBeginning(req: PayloadRequest, beginning: KeptBeginning) {
  beginnings.set(req, [...(beginnings.get(req) ?? []), beginning])
}

/** The latest beginning in this request of such an operation for the user whom the claims name. */
export const beginningFor = (
  req: PayloadRequest,
  operation: KeptBeginning['operation'],
  { collection, id }: Claims,
): Beginning | undefined =>
  beginnings
    .get(req)
    ?.findLast(
      (each) =>
        each.operation === operation &&
        each.collection === collection &&
        each.users.includes(String(id)),
    )

/**
 * The instant to put into the `jti` of a token with these claims. Where nobody knows how its operation
 * began it is the second in which Payload signed, so that every cut-off since then ends it.
 */
export function issueTimeOf(beginning: Beginning | undefined, { collection, id, iat }: Claims) {
  if (!beginning) return Number(iat) * 1_000
  const user = userSubject(String(collection), String(id))
  const isAgainst = ({ subject }: Revocation) => subject === user || subject === 'everyone'
  return issueTime({ now: beginning.startedAt, known: beginning.known.filter(isAgainst) })
}
