import { APIError, type Payload } from 'payload'
import { isPasswordOf } from './isPasswordOf.js'

/** Why a user was not authenticated again. It reveals nothing about the account. */
export interface ReauthenticationFailure {
  readonly name: 'ReauthenticationFailed' | 'ReauthenticationRequired'
  readonly message: string
}

export const REAUTHENTICATION_REQUIRED: ReauthenticationFailure = {
  name: 'ReauthenticationRequired',
  message: 'Enter your password to continue.',
}

const FAILED: ReauthenticationFailure = {
  name: 'ReauthenticationFailed',
  message: 'The password is wrong, or the account is locked.',
}

/**
 * Checks the password of the account (OWASP ASVS 5.0, 7.5.2); `undefined` when it is right. A wrong
 * one counts as a failed login. Do not call it within a transaction, because it needs its own
 * connection.
 */
export async function reauthenticationFailure(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string | undefined,
): Promise<ReauthenticationFailure | undefined> {
  if (password === undefined) return REAUTHENTICATION_REQUIRED
  return (await isPasswordOf(payload, user, password)) ? undefined : FAILED
}

/** A failure as Payload's kind of error. Payload sends the name of an error only if it has data. */
export function reauthenticationError({ name, message }: ReauthenticationFailure): APIError {
  const error = new APIError(message, 403, { field: 'password' }, true)
  error.name = name
  return error
}
