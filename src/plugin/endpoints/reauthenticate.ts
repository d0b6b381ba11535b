import { type CollectionSlug, createLocalReq, loginOperation, type Payload } from 'payload'
import { CallError } from './callError.js'

/**
 * Lets a caller pass who knows the password of the account (OWASP ASVS 5.0, 7.5.2). It is checked
 * by Payload's own login, so a failure counts towards the account's lock and a locked account
 * does not pass; without hooks and without a session, since nobody logs in.
 *
 * @throws CallError 403 `ReauthenticationRequired`: none given; `ReauthenticationFailed`: wrong,
 *   the account is locked, or it has no password
 */
export async function reauthenticate(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string | undefined,
): Promise<void> {
  if (password === undefined) {
    throw new CallError(403, 'ReauthenticationRequired', 'Your password is needed.', 'password')
  }
  if (await isPasswordOf(payload, user, password)) return
  const message = 'The password is not right, or the account is locked.'
  throw new CallError(403, 'ReauthenticationFailed', message, 'password')
}

async function isPasswordOf(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string,
): Promise<boolean> {
  const slug = user.collection as CollectionSlug
  const collection = payload.collections[slug]
  const account = await payload.db.findOne<Account>({
    collection: slug,
    where: { id: { equals: user.id } },
  })
  if (!collection || !account || collection.config.auth.disableLocalStrategy) return false
  const { auth } = collection.config
  const withoutSideEffects = {
    ...collection,
    config: { ...collection.config, hooks: {}, auth: { ...auth, useSessions: false } },
  } as typeof collection
  const { email, username } = account
  try {
    const { user: found } = await loginOperation({
      collection: withoutSideEffects,
      data: { password, ...(email && { email }), ...(username && { username }) } as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, payload),
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

/** Payload's answer to a wrong or empty password, a locked or an unverified account. */
const isRefusal = (error: unknown) =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status < 500
