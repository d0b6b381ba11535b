import { APIError, type Payload } from 'payload'
import { isPasswordOf } from './isPasswordOf.js'

/** Why somebody is not authenticated again. Says nothing of the account. */
export interface ReauthenticationFailure {
  readonly name: 'ReauthenticationFailed' | 'ReauthenticationRequired'
  readonly message: string
}

export const REAUTHENTICATION_REQUIRED: ReauthenticationFailure = {
  name: 'ReauthenticationRequired',
  message: 'Your password is needed.',
}

const FAILED: ReauthenticationFailure = {
  name: 'ReauthenticationFailed',
  message: 'The password is not right, or the account is locked.',
}

/**
 * Lets pass, with `undefined`, who knows the password of the account (OWASP ASVS 5.0, 7.5.2). A wrong
 * one counts as a failed login. Not within a transaction: it needs a connection of its own.
 */
export async function reauthenticationFailure(
  payload: Payload,
  user: { collection: string; id: number | string },
  password: string | undefined,
): Promise<ReauthenticationFailure | undefined> {
  if (password === undefined) return REAUTHENTICATION_REQUIRED
  return (await isPasswordOf(payload, user, password)) ? undefined : FAILED
}

/** A failure as Payload's own kind of error, which sends a name only with data. */
export function reauthenticationError({ name, message }: ReauthenticationFailure): APIError {
  const error = new APIError(message, 403, { field: 'password' }, true)
  error.name = name
  return error
}
