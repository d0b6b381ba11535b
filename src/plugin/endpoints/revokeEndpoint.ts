import type { Payload } from 'payload'
import type { Revocation } from '../../core/revocation.js'
import { actorName, isTokenOf } from '../../core/token.js'
import { GIVEN_REASONS } from '../api/givenReasons.js'
import { revocationDoc, revocationDocForOwner } from '../api/revocationDoc.js'
import { type Details, revocations } from '../api/revocations.js'
import { ownToken } from '../request/verifyToken.js'
import { countEnding } from '../sessions/countEnding.js'
import { ofUser } from '../storage/sessionStore.js'
import { type Caller, createCall } from './call.js'
import { forbidden, invalidField } from './callError.js'
import {
  booleanField,
  idField,
  nameField,
  objectField,
  oneOf,
  required,
  textField,
  trueField,
  type Values,
} from './fields.js'
import { reauthenticate } from './reauthenticate.js'

/** The longest that a header or cookie can carry. */
export const MAX_TOKEN_LENGTH = 8_192

const fields = {
  token: textField(MAX_TOKEN_LENGTH),
  jti: nameField,
  session: nameField,
  user: objectField({ collection: nameField, id: idField, exceptSession: nameField }),
  everyone: trueField,
  reason: oneOf(GIVEN_REASONS),
  note: textField(1_000),
  dryRun: booleanField,
  password: textField(1_000),
}

type Body = Values<typeof fields>

/** What is to end, and how to end it. */
interface Plan {
  /** Whether someone who is no administrator may. */
  readonly isOwn: boolean
  /** The session, or token, by which the caller calls: ending that alone asks for no password. */
  readonly isCurrent: boolean
  /** How many active sessions it ends; `null` for a token, and when no records are kept. */
  count(): Promise<number | null>
  end(details: Details): Promise<Revocation>
}

/**
 * `POST /api/revocation/revoke`: ends a token, a session, a user's tokens or everyone's. A user
 * ends what is their own; administrators all.
 */
export const revokeEndpoint = createCall({
  method: 'post',
  path: '/revocation/revoke',
  fields,
  async answer(body, caller) {
    const { ip, isAdministrator, payload, settings, user } = caller
    const { dryRun = false, note, password } = body
    const plan = await planFor(body, caller)
    if (!(plan.isOwn || isAdministrator)) throw forbidden()
    if (body.reason && !isAdministrator && body.reason !== 'logout') {
      throw invalidField('reason', 'left out, or `logout`')
    }
    if (settings.isReauthenticating && !plan.isCurrent && !dryRun) {
      await reauthenticate(payload, user, password)
    }
    const { collection, id } = user
    const reason = body.reason ?? (plan.isOwn ? 'logout' : 'admin')
    const sessions = await plan.count()
    const revocation = await plan.end({ reason, note, ip, dryRun, actor: { collection, id } })
    const doc = isAdministrator
      ? revocationDoc(revocation)
      : revocationDocForOwner(revocation, actorName(user))
    return { revocations: [doc], dryRun, sessions }
  },
})

const TARGETS = ['token', 'jti', 'session', 'user', 'everyone'] as const

async function planFor(body: Body, caller: Caller): Promise<Plan> {
  const named = TARGETS.filter((each) => body[each] !== undefined)
  if (named.length !== 1) {
    throw invalidField(named[1] ?? 'session', `the only one of ${TARGETS.join(', ')}`)
  }
  const { payload, token: current } = caller
  const { token, jti, session, user } = body
  const calls = revocations(payload)
  if (token !== undefined) return tokenPlan(token, caller)
  if (jti !== undefined) {
    return {
      isOwn: false,
      isCurrent: jti === current?.id,
      count: unknownCount,
      end: (details) => calls.revokeToken({ jti }, details),
    }
  }
  if (session !== undefined) return sessionPlan(session, caller)
  if (user !== undefined) return userPlan(user, caller)
  return {
    isOwn: false,
    isCurrent: false,
    count: () => countEnding(payload, { everyone: true }),
    end: (details) => calls.revokeEveryone(details),
  }
}

/** A session lives on without one of its tokens, if it was refreshed. */
const unknownCount = async () => null

function tokenPlan(text: string, caller: Caller): Plan {
  const { payload, token: current, user } = caller
  const token = ownToken(payload, text)
  if (!token) throw invalidField('token', 'a token that this application signed')
  return {
    isOwn: isTokenOf(token, user),
    isCurrent: token.session === current?.session,
    count: unknownCount,
    end: (details) => revocations(payload).revokeToken(text, details),
  }
}

async function sessionPlan(session: string, { payload, runtime, token, user }: Caller) {
  const isCurrent = session === token?.session
  const isTheirs = { and: [{ id: { equals: session } }, ofUser(user)] }
  const own = isCurrent ? [] : await runtime.sessions?.find(isTheirs, { limit: 1 })
  return {
    isOwn: isCurrent || own?.length === 1,
    isCurrent,
    count: () => countEnding(payload, { session }),
    end: (details: Details) => revocations(payload).revokeSession(session, details),
  } satisfies Plan
}

function userPlan(named: NonNullable<Body['user']>, caller: Caller): Plan {
  const { isAdministrator, payload, token, user } = caller
  const collection = required(named.collection, 'user.collection')
  const id = required(named.id, 'user.id')
  const isSelf = collection === user.collection && String(id) === String(user.id)
  const isCurrentSpared = named.exceptSession === 'current'
  if (isCurrentSpared && !(isSelf && token)) {
    throw invalidField('user.exceptSession', 'left out: only your own current session is current')
  }
  if (isAdministrator && !hasUsers(payload, collection)) {
    throw invalidField('user.collection', 'a collection of users')
  }
  const exceptSession = isCurrentSpared ? token?.session : named.exceptSession
  return {
    isOwn: isSelf && (named.exceptSession === undefined || isCurrentSpared),
    isCurrent: false,
    count: () => countEnding(payload, { user: { collection, id, exceptSession } }),
    end: (details) => revocations(payload).revokeUser({ collection, id, exceptSession }, details),
  }
}

const hasUsers = ({ collections }: Payload, slug: string) =>
  Object.hasOwn(collections, slug) && Boolean(collections[slug]?.config.auth)
