import type { Target } from '../../core/target.js'
import { readFields } from '../api/fields.js'
import { targetFields, targetOf, userNameField } from '../api/target.js'
import { asUsageError, UsageError } from './usage.js'

/** Stands for a token whose text comes from standard input. */
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
 * The target of a command. For a token it only says that the text comes from standard input.
 *
 * @throws UsageError
 */
export function targetFrom(named: Named): Target {
  const { token, jti, session, user, everyone, 'except-session': exceptSession } = named
  // Everyone on the machine can see the arguments of a process.
  if (token !== undefined && token !== FROM_INPUT) {
    throw new UsageError('The text of a token is only read from standard input: `--token -`.')
  }
  if (exceptSession !== undefined && user === undefined) {
    throw new UsageError('`--except-session` needs `--user`.')
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
