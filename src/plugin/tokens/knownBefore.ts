import {
  type CollectionSlug,
  Forbidden,
  type Payload,
  type PayloadRequest,
  type SanitizedCollectionConfig,
} from 'payload'
import type { Transaction } from '../../core/ports.js'
import { CHALLENGE, refusalBy } from '../../core/refusal.js'
import type { Revocation, Successor } from '../../core/revocation.js'
import { subjectsOf, userSubject } from '../../core/token.js'
import { onceRolledBack } from '../database/onceCommitted.js'
import { primaryOf } from '../database/primaryOf.js'
import { refusalError } from '../request/refusalError.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import { accountsWithCutoff } from '../storage/accountsWithCutoff.js'
import { unshownSuccessor } from './lostAnswer.js'
import { needsToken } from './refreshWithoutToken.js'
import { detectReuse } from './reuse.js'

/** What is known before a token is issued, and whose token it may be. */
interface KnownBefore {
  readonly known: readonly Revocation[]
  readonly users: readonly string[]
  /** The token to issue again. */
  readonly again?: Successor
}

/** It runs before the account is read whose password is checked. */
export async function knownBeforeLogin(
  { ledger, settings: { slug } }: Runtime,
  { payload }: PayloadRequest,
  { args, collection }: { args: object; collection: CollectionSlug },
): Promise<KnownBefore> {
  const login = 'data' in args && typeof args.data === 'object' ? args.data : {}
  const names = namesIn(login as Record<string, unknown>)
  if (names.length === 0) return { known: [], users: [] }
  const auth = payload.collections[collection]?.config.auth
  const fields = auth?.loginWithUsername ? ['email', 'username'] : ['email']
  const accounts = await accountsWithCutoff(payload, slug, { collection, fields, names })
  if (accounts) {
    const known = accounts.flatMap(({ latest }) => latest ?? [])
    return { known, users: accounts.map(({ id }) => String(id)) }
  }
  const ids = await usersByLogin(payload, { collection, fields, names })
  const known = await ledger.find(['everyone', ...ids.map((id) => userSubject(collection, id))])
  return { known, users: ids.map(String) }
}

/**
 * Asks the ledger, however stale the index is.
 *
 * @throws TokenRevoked; Forbidden for a credential that cannot be refreshed to a token
 */
export async function knownBeforeRefresh(
  runtime: Runtime,
  req: PayloadRequest,
  {
    collection,
    within,
  }: { collection: SanitizedCollectionConfig; within: Transaction | undefined },
): Promise<KnownBefore> {
  const { user } = req
  if (!user) return { known: [], users: [] }
  const { denylist, ledger } = runtime
  const users = [String(user.id)]
  const token = tokenOfRequest(req)
  if (!token) {
    if (needsToken(collection)) throw new Forbidden(req.t)
    const subjects = ['everyone', userSubject(user.collection, user.id)] as const
    return { known: await ledger.find(subjects, within), users }
  }
  const known = await ledger.find(Object.values(subjectsOf(token)), within)
  denylist.learn(known)
  const refusal = refusalBy(denylist.verdict(token))
  if (refusal?.status !== 'revoked') return { known, users }
  const again = await unshownSuccessor(runtime, token, { known, within })
  if (again) return { known, users, again }
  const { headers, payload } = req
  // The refusal below rolls the transaction back.
  await onceRolledBack(req, () => detectReuse(runtime, { refusal, payload, headers }, token))
  req.responseHeaders = new Headers({ 'WWW-Authenticate': CHALLENGE })
  throw refusalError(refusal)
}

/** The e-mail and user name of a login, as Payload compares them. */
const namesIn = ({ email, username }: Readonly<Record<string, unknown>>): string[] =>
  [email, username]
    .filter((name) => typeof name === 'string')
    .map((name) => name.toLowerCase().trim())
    .filter((name) => name !== '')

async function usersByLogin(
  payload: Payload,
  {
    collection,
    fields,
    names,
  }: { collection: CollectionSlug; fields: readonly string[]; names: readonly string[] },
): Promise<(number | string)[]> {
  const { docs } = await primaryOf(payload.db).find<{ id: number | string }>({
    collection,
    pagination: false,
    where: { or: fields.map((field) => ({ [field]: { in: names } })) },
    select: {},
  })
  return docs.map(({ id }) => id)
}
