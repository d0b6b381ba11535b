import type { Where } from 'payload'
import type {
  IdentityProvider,
  LogoutTargets,
  ProviderLogout,
} from '../config/identityProviders.js'
import type { Runtime } from '../runtime/runtime.js'
import { unexpired } from '../storage/sessionQueries.js'
import type { SessionRow } from '../storage/sessionStore.js'

/** So many records tell whose a name of the provider is. It is one user's. */
const MAX_RECORDS = 100

/**
 * What a logout ends by the links in the session records. A `sid` names sessions, or with `onSid:
 * 'user'` their users. Without a `sid` the logout means every session of the user (§2.4).
 */
export async function linkedTo(
  { sessions }: Pick<Runtime, 'sessions'>,
  { onSid }: Pick<IdentityProvider, 'onSid'>,
  { issuer, subject, idpSession }: Omit<ProviderLogout, 'payload'>,
): Promise<LogoutTargets> {
  const find = async (where: Where, limit = 0) =>
    (await sessions?.find(
      { and: [{ idpIssuer: { equals: issuer } }, where] },
      { limit, sort: '-createdAt' },
    )) ?? []
  if (idpSession !== undefined && onSid === 'session') {
    const rows = await find({ and: [{ idpSession: { equals: idpSession } }, unexpired()] })
    return rows.map(({ id }) => ({ session: id }))
  }
  const names = Object.entries({ idpSubject: subject, idpSession })
  const rows = await find(
    { or: names.flatMap(([name, value]) => (value ? [{ [name]: { equals: value } }] : [])) },
    MAX_RECORDS,
  )
  return usersOf(rows).map((user) => ({ user }))
}

function usersOf(rows: readonly SessionRow[]) {
  const users = rows.map(({ userCollection: collection, userId: id }) => ({ collection, id }))
  return [...new Map(users.map((each) => [JSON.stringify(each), each])).values()]
}
