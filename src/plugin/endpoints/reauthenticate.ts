import type { Payload } from 'payload'
import { reauthenticationFailure } from '../request/reauthentication.js'
import { CallError } from './callError.js'

/**
 * Checks that the caller knows the password of the account (OWASP ASVS 5.0, 7.5.2).
 *
 * @throws CallError 403 `ReauthenticationRequired`: there is no password; `ReauthenticationFailed`:
 * it is wrong, the account is locked, or it has no password
 */
export async function reauthenticate(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string | undefined,
): Promise<void> {
  const failure = await reauthenticationFailure(payload, user, password)
  if (failure) throw new CallError(403, failure.name, failure.message, 'password')
}
