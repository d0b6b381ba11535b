import type { Ledger } from '../../core/ports.js'
import { isInEffect, type Revocation } from '../../core/revocation.js'
import type { Target } from '../../core/target.js'
import { endsToken, subjectsOf, type Token, userSubject } from '../../core/token.js'
import { uuidv7Time } from '../../core/uuidv7.js'

/** Every revocation in force that ends this token. */
export async function explainToken(ledger: Ledger, token: Token): Promise<readonly Revocation[]> {
  const found = await ledger.find(Object.values(subjectsOf(token)))
  return found.filter((each) => endsToken(each, token, Date.now()))
}

/**
 * Every revocation in force that names it, and the ones of everyone. For a `jti` with a time, only
 * cut-offs at or after that time; for a user all.
 */
export async function explainName(
  ledger: Ledger,
  target: Exclude<Target, { token: string }>,
): Promise<readonly Revocation[]> {
  if ('everyone' in target) return ledger.find(['everyone'])
  if ('session' in target) return ledger.find([`sid:${target.session}`])
  if ('user' in target) {
    const { collection, id } = target.user
    return ledger.find([userSubject(collection, id), 'everyone'])
  }
  const issuedAt = uuidv7Time(target.jti)
  const found = await ledger.find([`jti:${target.jti}`, 'everyone'])
  return found.filter((each) =>
    each.cutoff === undefined
      ? isInEffect(each, Date.now())
      : issuedAt !== undefined && issuedAt <= each.cutoff,
  )
}
