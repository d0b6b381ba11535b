import type { CollectionSlug, Payload } from 'payload'
import { primaryOf } from '../database/primaryOf.js'

/** The ids of the users whom this login names, by e-mail or user name, as Payload compares them. */
export async function usersByLogin(
  payload: Payload,
  collection: CollectionSlug,
  login: Readonly<Record<string, unknown>>,
): Promise<(number | string)[]> {
  const names = [login.email, login.username]
    .filter((name) => typeof name === 'string')
    .map((name) => name.toLowerCase().trim())
    .filter((name) => name !== '')
  if (names.length === 0) return []
  const auth = payload.collections[collection]?.config.auth
  const fields = auth?.loginWithUsername ? ['email', 'username'] : ['email']
  const { docs } = await primaryOf(payload.db).find<{ id: number | string }>({
    collection,
    pagination: false,
    where: { or: fields.map((field) => ({ [field]: { in: names } })) },
    select: {},
  })
  return docs.map(({ id }) => id)
}
