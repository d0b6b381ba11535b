import type { Ledger } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import { isInEffect } from '../../core/revocation.js'
import { endsToken, subjectsOf, type Token, userSubject } from '../../core/token.js'
import { uuidv7Time } from '../../core/uuidv7.js'

/** A token by its id, a session by its id, or a user. */
export type Explainable =
  | { jti: string }
  | { sid: string }
  | { collection: string; id: number | string }

/** Every revocation in force that is against this token. */
export async function explainToken(ledger: Ledger, token: Token): Promise<readonly Revocation[]> {
  const found = await ledger.find(Object.values(subjectsOf(token)))
  return found.filter((each) => endsToken(each, token, Date.now()))
}

/**
 * Every revocation in force that names it, and those of everyone: for a `jti` that tells its time
 * those issued until the cut-off, for a user all.
 */
export async function explainName(
  ledger: Ledger,
  named: Explainable,
): Promise<readonly Revocation[]> {
  if ('sid' in named) return ledger.find([`sid:${named.sid}`])
  if ('collection' in named) {
    return ledger.find([userSubject(named.collection, named.id), 'everyone'])
  }
  const issuedAt = uuidv7Time(named.jti)
  const found = await ledger.find([`jti:${named.jti}`, 'everyone'])
  return found.filter((each) =>
    each.cutoff === undefined
      ? isInEffect(each, Date.now())
      : issuedAt !== undefined && issuedAt <= each.cutoff,
  )
}
