import type { Subject } from '../../core/revocation.js'
import { UsageError } from './usage.js'

/** What a command is about. `text: true`: the token's text comes by standard input. */
export type Target =
  | { scope: 'token'; jti: string }
  | { scope: 'token'; text: true }
  | { scope: 'session'; sid: string }
  | { scope: 'user'; collection: string; id: string }
  | { scope: 'everyone' }

interface Named {
  user?: string | undefined
  session?: string | undefined
  token?: string | undefined
  everyone?: boolean | undefined
}

/** @throws UsageError */
export function targetFrom({ user, session, token, everyone }: Named): Target {
  const given = [user, session, token, everyone].filter((each) => each !== undefined)
  if (given.length !== 1) {
    throw new UsageError('Name one of `--user`, `--session`, `--token` and `--everyone`.')
  }
  if (user !== undefined) {
    const [, collection, id] = /^([^:]+):(.+)$/s.exec(user) ?? []
    if (!collection || !id) throw new UsageError('A user is named `<collection>:<id>`.')
    return { scope: 'user', collection, id }
  }
  if (session !== undefined) return { scope: 'session', sid: nameFrom('session', session) }
  if (token === undefined) return { scope: 'everyone' }
  if (token === '-') return { scope: 'token', text: true }
  // Everyone on the machine sees the arguments of a process.
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) {
    throw new UsageError('A token itself is read from standard input only: `--token -`.')
  }
  return { scope: 'token', jti: nameFrom('token', token) }
}

/** @throws UsageError */
export function liftableFrom(target: Target): Subject {
  if (target.scope === 'session') return `sid:${target.sid}`
  if (target.scope === 'token' && 'jti' in target) return `jti:${target.jti}`
  throw new UsageError('Name what is to be lifted by `--session <sid>` or `--token <jti>`.')
}

function nameFrom(option: string, value: string): string {
  if (value !== '' && value.length <= 256) return value
  throw new UsageError(`\`--${option}\` takes 1 to 256 characters.`)
}
