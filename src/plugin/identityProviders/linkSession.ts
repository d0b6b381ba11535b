import type { Payload, PayloadRequest } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isStorable } from '../../core/isStorable.js'
import { sessionRevocation } from '../../core/makeRevocation.js'
import type { Token } from '../../core/token.js'
import type { IdentityProvider } from '../config/identityProviders.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { ownToken } from '../request/verifyToken.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { sessionRow } from '../sessions/recordSession.js'
import type { SessionStore } from '../storage/sessionStore.js'
import { actorOf } from './endByProvider.js'
import { endedSession } from './marks.js'

export interface LinkSessionOptions {
  /** The `iss` of the ID token: the issuer of one of `identityProviders`. */
  issuer: string
  /** The `sub` of the ID token. */
  subject: string
  /**
   * The `sid` of the ID token, the session at the provider.
   *
   * @default none; then only logouts that name the `sub` end the session
   */
  idpSession?: string | undefined
  /**
   * The current request. In its transaction, the link is written after the commit. A session
   * without a record gets one with its device and address.
   *
   * @default none
   */
  req?: PayloadRequest | undefined
}

/**
 * Links a session to the login at an identity provider that began it, so that a later logout there
 * ends it here. Call it at login. If the provider has ended its session in the meantime, the session
 * ends at once.
 *
 * `session` is the `sid`, or a token of the session. A token that another plugin signed has no
 * `sid` and no session record yet; it then gets a record.
 *
 * @example
 * const { token } = await issueToken(req.payload, { collection: 'users', user, req })
 * await linkSession(req.payload, { token }, { issuer, subject: sub, idpSession: sid, req })
 * @throws RevocationError `invalid-input` for an unknown issuer or a name that cannot be one,
 *   `session-not-found` when the session has no record, `token-not-ours`, `sessions-not-kept`,
 *   `not-started`, `ledger-unavailable`
 */
export async function linkSession(
  payload: Payload,
  session: string | { readonly token: string },
  { issuer, subject, idpSession, req }: LinkSessionOptions,
): Promise<void> {
  const runtime = runtimeOf(payload)
  const store = runtime.sessions
  if (!store) throw new RevocationError('sessions-not-kept')
  const provider = runtime.settings.identityProviders.find((each) => each.issuer === issuer)
  if (!provider) throw invalid('issuer', 'the issuer of one of `identityProviders`')
  requireName('subject', subject)
  if (idpSession !== undefined) requireName('idpSession', idpSession)
  const token = typeof session === 'string' ? undefined : ownToken(payload, session.token)
  const id = typeof session === 'string' ? session : token?.session
  if (id === undefined) throw new RevocationError('token-not-ours')
  const link = { idpIssuer: issuer, idpSubject: subject, idpSession: idpSession ?? null }
  await onceCommitted(req ?? { payload }, async () => {
    // First the link, then the question: a logout at the same time sees one of the two.
    const expiresAt = await write(runtime, store, { id, token, link, req })
    if (idpSession !== undefined) await endIfOver(runtime, { id, expiresAt, provider, idpSession })
  })
}

interface Link {
  readonly idpIssuer: string
  readonly idpSubject: string
  readonly idpSession: string | null
}

/** Returns when the latest known token of the session expires, in milliseconds. */
async function write(
  runtime: Runtime,
  store: SessionStore,
  {
    id,
    token,
    link,
    req,
  }: { id: string; token: Token | undefined; link: Link; req: PayloadRequest | undefined },
): Promise<number> {
  const [known] = await store.find({ id: { equals: id } }, { limit: 1 })
  if (known) {
    await store.update(
      { id, user: { collection: known.userCollection, id: known.userId } },
      { ...link },
    )
    return Date.parse(known.expiresAt)
  }
  if (!token) throw new RevocationError('session-not-found')
  const headers = req?.headers ?? new Headers()
  await store.insert({ ...sessionRow(runtime, token, { isRefresh: false, headers }), ...link })
  return token.expiresAt
}

/** The provider may have ended its session while the login was under way. */
async function endIfOver(
  { denylist, ledger }: Runtime,
  {
    id,
    expiresAt,
    provider,
    idpSession,
  }: { id: string; expiresAt: number; provider: IdentityProvider; idpSession: string },
) {
  const ended = await ledger.find([endedSession(provider.issuer, idpSession)])
  if (ended.length === 0) return
  await denylist.revoke([
    sessionRevocation(id, {
      ...{ reason: 'logout', actor: actorOf(provider), now: Date.now(), expiresAt },
      maxTokenLifetimeMs: denylist.maxTokenLifetimeMs,
    }),
  ])
}

/** The longest name, in characters. OpenID Connect Core 1.0 §2 allows 255 for a `sub`. */
const MAX_NAME_LENGTH = 512

function requireName(field: string, value: unknown) {
  const isName =
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_NAME_LENGTH &&
    isStorable(value)
  if (!isName) throw invalid(field, `a string of 1 to ${MAX_NAME_LENGTH} characters`)
}

const invalid = (field: string, expected: string) =>
  new RevocationError('invalid-input', `\`${field}\` must be ${expected}.`)
