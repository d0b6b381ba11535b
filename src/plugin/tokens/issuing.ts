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
 * Keeps the beginning of a login or a refresh. Refuses to refresh what the ledger has ended. Before
 * the migration that makes the ledger nobody gets a token: 503, with a sentence that says what to do.
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
  // What Payload itself decides by: the password, or the link that resets it.
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

/** What an operation has handed out to the hooks after it, by its arguments. */
const handedOut = memo<object, Issued>('handedOut')

/**
 * Gives an id and a session to the token that a login, refresh or password reset hands out. The
 * first of the hooks: those of the application see the token that their caller gets.
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
 * Keeps what a login or a refresh changes: the session's record and its limit, the session whose
 * cookie it replaces, the rotated token. The last of the hooks: where one of the application fails,
 * nothing of it has happened. Should one have signed a token anew it gets its id, too.
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
  const claims = draftClaims(req, (result as IssuingResult)[fieldOf(operation)])
  const isAnother = claims && claims.jti !== first?.token.id
  const session = first?.token.session
  const issued = isAnother ? await issue(req, { claims, operation, session }) : first
  if (!issued) return result
  const { known, refreshed, token } = issued
  if (operation !== 'refresh') await endReplacedSession(runtime, req, collection.slug)
  await recordSession(runtime, { token, isRefresh: refreshed !== undefined, req })
  if (operation === 'login') await settleLogin(runtime, token, req)
  if (refreshed) await rotate(runtime, { req, token: refreshed, next: token, known })
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
