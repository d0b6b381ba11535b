import {
  type CollectionAfterOperationHook,
  type CollectionBeforeOperationHook,
  type CollectionSlug,
  Forbidden,
  type PayloadRequest,
  type SanitizedCollectionConfig,
} from 'payload'
import { issueTime } from '../../core/cutoff.js'
import { memo } from '../../core/processWide.js'
import { CHALLENGE, refusalBy } from '../../core/refusal.js'
import type { Revocation } from '../../core/revocation.js'
import {
  readToken,
  subjectsOf,
  type Token,
  tokenFromClaims,
  userSubject,
} from '../../core/token.js'
import { onceRolledBack } from '../database/onceCommitted.js'
import { preferPrimary } from '../database/primaryOf.js'
import { transactionOf } from '../database/transactionOf.js'
import { refusalError } from '../request/refusalError.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { verifyToken } from '../request/verifyToken.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { recordSession } from '../sessions/recordSession.js'
import { mintToken } from './mintToken.js'
import { needsToken } from './refreshWithoutToken.js'
import { endReplacedSession } from './replacedSession.js'
import { detectReuse } from './reuse.js'
import { rotate } from './rotation.js'
import { usersByLogin } from './usersByLogin.js'

/**
 * What was known when an operation that ends in a token began, before it read any credential.
 * A cut-off that comes while it runs is not among it, so the token falls under that cut-off:
 * a login with the old password never outlives the change.
 */
interface Beginning {
  readonly startedAt: number
  readonly known: readonly Revocation[]
}

const beginnings = memo<object, Beginning>('beginningOfOperation')

/** Keeps the beginning of a login or a refresh. Refuses to refresh what the ledger has ended. */
export const beforeIssuing: CollectionBeforeOperationHook = async ({
  args,
  collection,
  operation,
  req,
}) => {
  // What Payload itself decides by: the password, or the link that resets it.
  if (operation === 'login' || operation === 'resetPassword') preferPrimary(req.payload.db)
  if (operation !== 'login' && operation !== 'refresh') return
  const runtime = runtimeOf(req.payload)
  const startedAt = Date.now()
  const known =
    operation === 'login'
      ? await knownBeforeLogin(runtime, req, collection.slug, loginData(args))
      : await knownBeforeRefresh(runtime, req, collection)
  beginnings.set(args, { startedAt, known })
}

/** Gives an id and a session to the token that a login, refresh or password reset hands out. */
export const afterIssuing: CollectionAfterOperationHook = async (hook) => {
  const { args, operation, req } = hook
  if (operation !== 'login' && operation !== 'refresh' && operation !== 'resetPassword') {
    return hook.result
  }
  const runtime = runtimeOf(req.payload)
  const result = hook.result as IssuingResult
  const field = operation === 'refresh' ? 'refreshedToken' : 'token'
  const claims = verifyToken(req.payload, result[field] ?? '')
  if (!claims) return hook.result
  const beginning =
    operation === 'resetPassword' ? await afterCutoff(runtime, claims) : beginnings.get(args)
  const refreshed = operation === 'refresh' ? tokenOfRequest(req) : undefined
  const { exp, token } = await mintToken({
    claims,
    session: sessionFor(claims, refreshed),
    issuedAt: beginning ? issueTime(knownOf(beginning, claims)) : Date.now(),
    sessionStartedAt: refreshed?.sessionStartedAt ?? Date.now(),
    limits: runtime.settings.sessionLimits,
    secret: req.payload.secret,
  })
  if (operation === 'login') await endReplacedSession(runtime, req, hook.collection.slug)
  await recordSession(runtime, {
    token: readToken(token),
    replaced: tokenFromClaims(claims),
    isRefresh: refreshed !== undefined,
    req,
  })
  if (refreshed) await rotate(runtime, { req, token: refreshed, known: beginning?.known ?? [] })
  const minted = { ...result, [field]: token, ...(result.exp !== undefined && { exp }) }
  return minted as typeof hook.result
}

interface IssuingResult {
  exp?: number
  refreshedToken?: string
  token?: string
}

async function knownBeforeLogin(
  { ledger }: Runtime,
  req: PayloadRequest,
  collection: CollectionSlug,
  login: Record<string, unknown>,
) {
  const users = await usersByLogin(req.payload, collection, login)
  return ledger.find(['everyone', ...users.map((id) => userSubject(collection, id))])
}

async function knownBeforeRefresh(
  runtime: Runtime,
  req: PayloadRequest,
  collection: SanitizedCollectionConfig,
) {
  if (!req.user) return []
  const { denylist, ledger } = runtime
  const transaction = await transactionOf(req)
  const within = transaction ? { transactionID: transaction } : undefined
  const token = tokenOfRequest(req)
  if (!token && needsToken(collection)) throw new Forbidden(req.t)
  if (!token)
    return ledger.find(['everyone', userSubject(req.user.collection, req.user.id)], within)
  const known = await ledger.find(Object.values(subjectsOf(token)), within)
  denylist.learn(known)
  const refusal = refusalBy(denylist.verdict(token))
  if (refusal?.status !== 'revoked') return known
  const { headers, payload } = req
  // The refusal below rolls the transaction back.
  await onceRolledBack(req, () => detectReuse(runtime, { refusal, payload, headers }, token))
  req.responseHeaders = new Headers({ 'WWW-Authenticate': CHALLENGE })
  throw refusalError(refusal)
}

/** A reset has ended every token of the user; its own is issued after that cut-off. */
async function afterCutoff(
  { ledger }: Runtime,
  { collection, id }: Readonly<Record<string, unknown>>,
): Promise<Beginning> {
  const startedAt = Date.now()
  const user = userSubject(String(collection), String(id))
  return { startedAt, known: await ledger.find(['everyone', user]) }
}

/** A refresh goes on with its session; where Payload keeps sessions itself, its `sid` stays. */
const sessionFor = (claims: Readonly<Record<string, unknown>>, refreshed: Token | undefined) =>
  typeof claims.sid === 'string' ? claims.sid : (refreshed?.session ?? crypto.randomUUID())

function knownOf({ startedAt, known }: Beginning, claims: Readonly<Record<string, unknown>>) {
  const user = userSubject(String(claims.collection), String(claims.id))
  const ofUser = ({ subject }: Revocation) => subject === user || subject === 'everyone'
  return { now: startedAt, known: known.filter(ofUser) }
}

const loginData = (args: object) =>
  'data' in args && typeof args.data === 'object' ? (args.data as Record<string, unknown>) : {}
