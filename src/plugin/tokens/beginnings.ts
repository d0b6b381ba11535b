import type { PayloadRequest } from 'payload'
import { issueTime } from '../../core/cutoff.js'
import { memo } from '../../core/processWide.js'
import type { Revocation, Successor } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'

/**
 * What was known when an operation that issues a token began, before it read any credential. It
 * does not contain a cut-off that comes while the operation runs, so that cut-off covers the token:
 * a login with the old password never outlives a password change.
 */
export interface Beginning {
  readonly startedAt: number
  readonly known: readonly Revocation[]
  /** The token to issue again, because the answer to an earlier refresh was lost. */
  readonly again?: Successor | undefined
}

interface KeptBeginning extends Beginning {
  readonly operation: 'login' | 'refresh'
  readonly collection: string
  /** The users whose tokens it may issue. */
  readonly users: readonly string[]
}

type Claims = Readonly<Record<string, unknown>>

/** Keyed by request, not by the operation's arguments, which a hook may have replaced. */
const beginnings = memo<PayloadRequest, KeptBeginning[]>('beginningsInRequest')

export function keepBeginning(req: PayloadRequest, beginning: KeptBeginning) {
  beginnings.set(req, [...(beginnings.get(req) ?? []), beginning])
}

/** The latest beginning of such an operation in this request, for the user in the claims. */
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
 * The issue time for the `jti` of a token with these claims. If the beginning of its operation is
 * unknown, it is the second in which Payload signed, so that every cut-off since then covers it.
 */
export function issueTimeOf(beginning: Beginning | undefined, { collection, id, iat }: Claims) {
  if (!beginning) return Number(iat) * 1_000
  const user = userSubject(String(collection), String(id))
  const isAgainst = ({ subject }: Revocation) => subject === user || subject === 'everyone'
  return issueTime({ now: beginning.startedAt, known: beginning.known.filter(isAgainst) })
}
