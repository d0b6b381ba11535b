import type { CollectionAfterOperationHook, CollectionBeforeOperationHook } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { memo } from '../../core/processWide.js'
import { preferPrimary } from '../database/primaryOf.js'
import { transactionWithin } from '../database/transactionOf.js'
import { refusalError } from '../request/refusalError.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { settleLogin } from '../sessions/accountLock.js'
import { recordSession } from '../sessions/recordSession.js'
import { keepBeginning } from './beginnings.js'
import { draftClaims, type Issued, type IssuingOperation, issue, takeIssued } from './issued.js'
import { knownBeforeLogin, knownBeforeRefresh } from './knownBefore.js'
import { endReplacedSession } from './replacedSession.js'
import { beginningAfterReset, keepResetBeginning } from './resetBeginning.js'
import { rotate } from './rotation.js'

/**
 * Remembers the beginning of a login or a refresh. Refuses to refresh a token that the ledger has
 * revoked. Before the migration nobody gets a token: 503, with a message that says what to do.
 */
export const beforeIssuing: CollectionBeforeOperationHook = async (operation) => {
  try {
    await begin(operation)
  } catch (error) {
    if (!(error instanceof RevocationError) || error.code !== 'ledger-missing') throw error
    throw refusalError({ status: 'unknown', isLedgerMissing: true })
  }
}

const begin = async ({
  args,
  collection,
  operation,
  req,
}: Parameters<CollectionBeforeOperationHook>[0]) => {
  // Payload decides by the password, or by the reset link, so it must not read a lagging replica.
  if (operation === 'login' || operation === 'resetPassword') preferPrimary(req.payload.db)
  if (!isIssuing(operation)) return
  const runtime = runtimeOf(req.payload)
  const within = await transactionWithin(req)
  await runtime.denylist.declareLifetime(within)
  if (operation === 'resetPassword') {
    await keepResetBeginning(runtime, { args, collection: collection.slug, req })
    return
  }
  const startedAt = await runtime.denylist.ledgerNow(within)
  const { known, users, again } =
    operation === 'login'
      ? await knownBeforeLogin(runtime, req, { args, collection: collection.slug })
      : await knownBeforeRefresh(runtime, req, { collection, within })
  keepBeginning(req, { operation, collection: collection.slug, users, startedAt, known, again })
}

/** What an operation has issued, keyed by its arguments, for the last hook. */
const handedOut = memo<object, Issued>('handedOut')

/**
 * Adds an id and a session to the token of a login, refresh or password reset. It is the first of
 * the hooks, so that the hooks of the application see the token that the caller gets.
 */
export const handOutIssued: CollectionAfterOperationHook = async ({
  args,
  operation,
  req,
  result,
}) => {
  if (!isIssuing(operation)) return result
  const { [fieldOf(operation)]: draft } = result as IssuingResult
  const claims = draftClaims(req, draft)
  const issued =
    operation === 'resetPassword'
      ? claims &&
        (await issue(req, { claims, operation, beginning: await beginningAfterReset(req, claims) }))
      : (takeIssued(req, draft) ?? (claims && (await issue(req, { claims, operation }))))
  if (!issued) return result
  handedOut.set(args, issued)
  return withIssued(result, operation, issued)
}

/**
 * Records the effects of a login or a refresh: the session record and its limit, the session whose
 * cookie it replaces, the rotated token. It is the last of the hooks, so nothing is recorded if a
 * hook of the application fails. If a hook signed another token, that token gets an id too.
 */
export const settleIssued: CollectionAfterOperationHook = async ({
  args,
  collection,
  operation,
  req,
  result,
}) => {
  if (!isIssuing(operation)) return result
  const runtime = runtimeOf(req.payload)
  const first = handedOut.get(args)
  const { [fieldOf(operation)]: text } = result as IssuingResult
  const claims = text === first?.text ? undefined : draftClaims(req, text)
  const isAnother = claims && claims.jti !== first?.token.id
  const session = first?.token.session
  const issued = isAnother ? await issue(req, { claims, operation, session }) : first
  if (!issued) return result
  const { known, refreshed, token } = issued
  if (operation !== 'refresh') await endReplacedSession(runtime, req, collection.slug)
  if (refreshed) await rotate(runtime, { req, token: refreshed, next: token, known })
  else await recordSession(runtime, { token, req })
  if (operation === 'login') await settleLogin(runtime, token, req)
  return isAnother ? withIssued(result, operation, issued) : result
}

interface IssuingResult {
  exp?: number
  refreshedToken?: string
  token?: string
}

const isIssuing = (operation: string): operation is IssuingOperation =>
  operation === 'login' || operation === 'refresh' || operation === 'resetPassword'

const fieldOf = (operation: IssuingOperation) =>
  operation === 'refresh' ? 'refreshedToken' : 'token'

const withIssued = <Result>(result: Result, operation: IssuingOperation, issued: Issued) => ({
  ...result,
  [fieldOf(operation)]: issued.text,
  ...((result as IssuingResult).exp !== undefined && { exp: issued.exp }),
})
