import type { Target } from '../../core/target.js'
import { readFields } from '../api/fields.js'
import { targetFields, targetOf, userNameField } from '../api/target.js'
import { asUsageError, UsageError } from './usage.js'

/** In place of a token's text, which comes by standard input. */
const FROM_INPUT = '-'

interface Named {
  token?: string | undefined
  jti?: string | undefined
  session?: string | undefined
  user?: string | undefined
  everyone?: boolean | undefined
  'except-session'?: string | undefined
}

/**
 * What a command is about; of a token, that its text comes by standard input.
 *
 * @throws UsageError
 */
export function targetFrom(named: Named): Target {
  const { token, jti, session, user, everyone, 'except-session': exceptSession } = named
  // Everyone on the machine sees the arguments of a process.
  if (token !== undefined && token !== FROM_INPUT) {
    throw new UsageError('A token itself is read from standard input only: `--token -`.')
  }
  if (exceptSession !== undefined && user === undefined) {
    throw new UsageError('`--except-session` goes with `--user` only.')
  }
  try {
    const input = {
      ...(token !== undefined && { token }),
      ...(jti !== undefined && { jti }),
      ...(session !== undefined && { session }),
      ...(everyone !== undefined && { everyone }),
      ...(user !== undefined && { user: userFrom(user, exceptSession) }),
    }
    return targetOf(readFields(input, targetFields))
  } catch (error) {
    throw asUsageError(error)
  }
}

/** @throws UsageError */
export function userNamed(text: string): { collection: string; id: number | string } {
  try {
    return userNameField(text, 'user')
  } catch (error) {
    throw asUsageError(error)
  }
}

const userFrom = (text: string, exceptSession: string | undefined) => ({
  ...userNameField(text, 'user'),
  ...(exceptSession !== undefined && { exceptSession }),
})
