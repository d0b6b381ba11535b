import {
  type CollectionSlug,
  createLocalReq,
  generatePayloadCookie,
  getFieldsToSign,
  jwtSign,
  type Payload,
  type PayloadRequest,
  type SanitizedCollectionConfig,
} from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import { userSubject } from '../../core/token.js'
import { primaryOf } from '../database/primaryOf.js'
import { transactionWithin } from '../database/transactionOf.js'
import type { RequestUser } from '../request/requestUser.js'
import { verifyToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { settleLogin } from '../sessions/accountLock.js'
import { recordSession } from '../sessions/recordSession.js'
import { issue } from './issued.js'
import { replaceSession } from './replacedSession.js'

export interface IssueTokenOptions {
  /** The slug of an auth collection. */
  collection: string
  /** The user whom the application authenticated: the document, or just its id. */
  user: {
    /** The id of the document in `collection`. */
    id: number | string
  }
  /**
   * The current request. Its device and address go into the session record, and the session of its
   * cookie is replaced.
   *
   * @default none
   */
  req?: PayloadRequest
}

export interface IssuedToken {
  readonly token: string
  /** Seconds since the epoch. */
  readonly exp: number
  /** The value for `Set-Cookie`, as Payload's own login sends it. */
  readonly cookie: string
}

/**
 * Logs in a user whom the application itself has authenticated (OAuth, a magic link, single
 * sign-on). It issues a token as Payload's login does, with `jti`, `sid` and a session record. A
 * token that the application signs itself is refused for some seconds after each cut-off of its
 * user; this one is not.
 *
 * @example
 * const { cookie } = await issueToken(req.payload, { collection: 'users', user, req })
 * return new Response(null, { status: 303, headers: { Location: '/', 'Set-Cookie': cookie } })
 * @throws RevocationError `no-auth-collection`, `not-started`, `ledger-unavailable`; `invalid-input`
 *   when there is no such user. LockedAuth, as at a login, while failed passwords lock the account;
 *   SessionLimitReached
 */
export async function issueToken(
  payload: Payload,
  { collection: slug, user: { id }, req: given }: IssueTokenOptions,
): Promise<IssuedToken> {
  const runtime = runtimeOf(payload)
  const { denylist, ledger } = runtime
  const { config } = Object.hasOwn(payload.collections, slug)
    ? (payload.collections[slug as CollectionSlug] ?? {})
    : {}
  if (!config?.auth) throw new RevocationError('no-auth-collection')
  const req = given ?? (await createLocalReq({}, payload))
  const within = await transactionWithin(req)
  await denylist.declareLifetime(within)
  const startedAt = await denylist.ledgerNow(within)
  const known = await ledger.find(['everyone', userSubject(slug, id)], within)
  const user = await userById(payload, config, { id, within })
  const { token: draft } = await jwtSign({
    fieldsToSign: getFieldsToSign({
      collectionConfig: config,
      email: user.email ?? '',
      user: { ...user, collection: slug } as RequestUser,
      ...(config.auth.useSessions && {
        sid: await keepInPayloadsList(payload, config, { user, within }),
      }),
    }),
    secret: payload.secret,
    tokenExpiration: config.auth.tokenExpiration,
  })
  const issued = await issue(req, {
    claims: verifyToken(payload, draft) ?? {},
    operation: 'login',
    beginning: { startedAt, known },
  })
  if (given) await replaceSession(runtime, given)
  await recordSession(runtime, { token: issued.token, req })
  await settleLogin(runtime, issued.token, req)
  const cookie = generatePayloadCookie({
    collectionAuthConfig: config.auth,
    cookiePrefix: payload.config.cookiePrefix,
    token: issued.text,
  })
  return { token: issued.text, exp: issued.exp, cookie: String(cookie) }
}

type Within = Awaited<ReturnType<typeof transactionWithin>>

interface Account {
  id: number | string
  email?: string
  sessions?: { id: string; createdAt: string; expiresAt: string }[] | null
}

/** The user as Payload's strategy would find it with the token: existing and not in the trash. */
async function userById(
  payload: Payload,
  { slug, trash }: SanitizedCollectionConfig,
  { id, within }: { id: number | string; within: Within },
): Promise<Account> {
  const user = await primaryOf(payload.db).findOne<Account & { deletedAt?: unknown }>({
    collection: slug as CollectionSlug,
    where: { id: { equals: id } },
    ...(within && { req: within }),
  })
  if (!user || (trash && user.deletedAt)) {
    throw new RevocationError('invalid-input', `there is no user ${id} in \`${slug}\`.`)
  }
  return user
}

/** If Payload keeps sessions itself, it refuses a token without one. */
async function keepInPayloadsList(
  { db }: Payload,
  { auth, slug }: SanitizedCollectionConfig,
  { user: { id, sessions }, within }: { user: Account; within: Within },
): Promise<string> {
  const now = Date.now()
  const session = {
    id: crypto.randomUUID(),
    createdAt: isoDate(now),
    expiresAt: isoDate(now + auth.tokenExpiration * 1_000),
  }
  const others = (sessions ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > now)
  await primaryOf(db).updateOne({
    collection: slug as CollectionSlug,
    id,
    data: { sessions: [...others, session], updatedAt: null },
    returning: false,
    ...(within && { req: within }),
  })
  return session.id
}
