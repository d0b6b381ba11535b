import type { Target } from '../../core/target.js'
import { actorName, isTokenOf } from '../../core/token.js'
import type { RevokeAnswer } from '../../wire/revocationDoc.js'
import { booleanField, InvalidField, oneOf, textField } from '../api/fields.js'
import { GIVEN_REASONS } from '../api/givenReasons.js'
import { revocationDoc, revocationDocForOwner } from '../api/revocationDoc.js'
import { revocations } from '../api/revocations.js'
import { targetFields, targetOf } from '../api/target.js'
import { ownToken } from '../request/verifyToken.js'
import { countEnding } from '../sessions/countEnding.js'
import { ofUser } from '../storage/sessionQueries.js'
import { type Caller, createCall } from './call.js'
import { forbidden } from './callError.js'
import { reauthenticate } from './reauthenticate.js'

const fields = {
  ...targetFields,
  reason: oneOf(GIVEN_REASONS),
  note: textField(1_000),
  dryRun: booleanField,
  password: textField(1_000),
}

/**
 * `POST /api/revocation/revoke`: revokes a token, a session, a user's tokens or everyone's. Users
 * may revoke their own; administrators may revoke all.
 */
export const revokeEndpoint = createCall({
  method: 'post',
  path: '/revocation/revoke',
  fields,
  async answer({ dryRun = false, note, password, reason: given, ...named }, caller) {
    const { ip, isAdministrator, payload, settings, user } = caller
    const target = targetOf(named)
    const { isOwn, isCurrent } = await relationTo(target, caller)
    if (!(isOwn || isAdministrator)) throw forbidden()
    if (given && !isAdministrator && given !== 'logout') {
      throw new InvalidField('reason', 'absent or `logout`')
    }
    if (settings.isReauthenticating && !isCurrent && !dryRun) {
      await reauthenticate(payload, user, password)
    }
    const { collection, id } = user
    const reason = given ?? (isOwn ? 'logout' : 'admin')
    const details = { reason, note, ip, dryRun, actor: { collection, id } }
    const meant = withSessionNamed(target, caller)
    const sessions = await countEnding(payload, meant)
    const revocation = await revocations(payload).revoke(meant, details)
    const doc = isAdministrator
      ? revocationDoc(revocation)
      : revocationDocForOwner(revocation, actorName(user))
    return { revocations: [doc], dryRun, sessions } satisfies RevokeAnswer
  },
})

/** How a target relates to the caller. */
interface Relation {
  /** Whether a caller who is not an administrator may end it. */
  readonly isOwn: boolean
  /** Whether it is the session or token of this call. Ending only that needs no password. */
  readonly isCurrent: boolean
}

/** Stands for the session of the caller. */
const CURRENT = 'current'

async function relationTo(target: Target, caller: Caller): Promise<Relation> {
  if ('token' in target) return relationToToken(target.token, caller)
  if ('session' in target) return relationToSession(target.session, caller)
  if ('user' in target) return relationToUser(target.user, caller)
  return { isOwn: false, isCurrent: 'jti' in target && target.jti === caller.token?.id }
}

function relationToToken(text: string, { payload, token: current, user }: Caller): Relation {
  const token = ownToken(payload, text)
  if (!token) throw new InvalidField('token', 'a token that this application signed')
  return { isOwn: isTokenOf(token, user), isCurrent: token.session === current?.session }
}

async function relationToSession(
  session: string,
  { runtime, token, user }: Caller,
): Promise<Relation> {
  const isCurrent = session === token?.session
  const isTheirs = { and: [{ id: { equals: session } }, ofUser(user)] }
  const own = isCurrent ? [] : await runtime.sessions?.find(isTheirs, { limit: 1 })
  return { isOwn: isCurrent || own?.length === 1, isCurrent }
}

function relationToUser(
  { collection, id, exceptSession }: Extract<Target, { user: unknown }>['user'],
  { token, user }: Caller,
): Relation {
  const isSelf = collection === user.collection && String(id) === String(user.id)
  if (exceptSession === CURRENT && !(isSelf && token)) {
    throw new InvalidField('user.exceptSession', 'absent, because `current` is your own session')
  }
  const isOwn = isSelf && (exceptSession === undefined || exceptSession === CURRENT)
  return { isOwn, isCurrent: false }
}

function withSessionNamed(target: Target, { token }: Caller): Target {
  if (!('user' in target) || target.user.exceptSession !== CURRENT) return target
  return { user: { ...target.user, exceptSession: token?.session } }
}
