import { type CollectionSlug, createLocalReq, loginOperation, type Payload } from 'payload'
import { withoutAround } from '../database/aroundWrites.js'
import { preferPrimary, primaryOf } from '../database/primaryOf.js'

/**
 * Whether this is the password of an account. Use it to authenticate a user again before an
 * important change or action (OWASP ASVS 5.0, 7.5.1 and 7.5.3). It uses Payload's own login, so a
 * failure counts towards the account's lock, and a locked account does not pass. It runs no hooks
 * and starts no session, because nobody logs in. `false` for an account without a password.
 *
 * @example
 * if (!(await isPasswordOf(payload, { collection: 'users', id }, 'what-was-typed'))) throw new
 * Error('No')
 */
export async function isPasswordOf(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string,
): Promise<boolean> {
  const slug = user.collection as CollectionSlug
  const collection = payload.collections[slug]
  const account = await primaryOf(payload.db).findOne<Account>({
    collection: slug,
    where: { id: { equals: user.id } },
  })
  if (!collection || !account || collection.config.auth.disableLocalStrategy) return false
  const { auth } = collection.config
  const withoutSideEffects = {
    ...collection,
    config: { ...collection.config, hooks: {}, auth: { ...auth, useSessions: false } },
  } as typeof collection
  // Without `aroundWrites`, so that a user who mistypes their own password is not logged out by the
  // lock.
  const bare: Payload = Object.create(payload, { db: { value: withoutAround(payload.db) } })
  const { email, username } = account
  try {
    preferPrimary(payload.db)
    const { user: found } = await loginOperation({
      collection: withoutSideEffects,
      data: { password, ...(email && { email }), ...(username && { username }) } as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, bare),
    })
    return String(found?.id) === String(user.id)
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

interface Account {
  id: number | string
  email?: string | null
  username?: string | null
}

/** Payload's answer to a wrong or empty password, or to a locked or unverified account. */
const isRefusal = (error: unknown) =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status < 500
