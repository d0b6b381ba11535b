import type { Payload } from 'payload'
import { isPasswordOf } from '../request/isPasswordOf.js'
import { CallError } from './callError.js'

/**
 * Lets a caller pass who knows the password of the account (OWASP ASVS 5.0, 7.5.2).
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
