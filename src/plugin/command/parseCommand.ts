import { parseArgs } from 'node:util'
import { REASONS, type Reason, SCOPES, type Scope } from '../../core/revocation.js'
import { GIVEN_REASONS } from '../givenReasons.js'
import { UsageError } from './usage.js'

/** What a command is about. `text: true`: the token's text comes by standard input. */
export type Target =
  | { scope: 'token'; jti: string }
  | { scope: 'token'; text: true }
  | { scope: 'session'; sid: string }
  | { scope: 'user'; collection: string; id: string }
  | { scope: 'everyone' }

/** A command line that was understood. */
export type Command =
  | { name: 'help' }
  | {
      name: 'revoke'
      target: Target
      exceptSession: string | undefined
      reason: Reason
      note: string | undefined
      isDryRun: boolean
      isJson: boolean
    }
  | {
      name: 'list'
      scope: Scope | undefined
      reason: Reason | undefined
      limit: number | undefined
      page: number | undefined
      isJson: boolean
    }
  | { name: 'explain'; target: Target; isJson: boolean }
  | { name: 'purge'; isDryRun: boolean; isJson: boolean }

const OPTIONS = {
  user: { type: 'string' },
  session: { type: 'string' },
  token: { type: 'string' },
  everyone: { type: 'boolean' },
  except: { type: 'string' },
  reason: { type: 'string' },
  note: { type: 'string' },
  'dry-run': { type: 'boolean' },
  scope: { type: 'string' },
  limit: { type: 'string' },
  page: { type: 'string' },
  json: { type: 'boolean' },
} as const

type Name = Exclude<Command['name'], 'help'>

const TAKEN: Record<Name, readonly (keyof typeof OPTIONS)[]> = {
  revoke: ['user', 'session', 'token', 'everyone', 'except', 'reason', 'note', 'dry-run', 'json'],
  list: ['scope', 'reason', 'limit', 'page', 'json'],
  explain: ['user', 'session', 'token', 'json'],
  purge: ['dry-run', 'json'],
}

/**
 * Reads what follows `payload revocation`.
 *
 * @throws UsageError
 */
export function parseCommand([name, ...rest]: readonly string[]): Command {
  if (name === undefined || [name, ...rest].includes('--help')) return { name: 'help' }
  if (!isName(name)) throw new UsageError(`There is no command \`${name}\`.`)
  const values = parse(rest)
  const stranger = Object.keys(values).find((each) => !TAKEN[name].some((own) => own === each))
  if (stranger) throw new UsageError(`\`--${stranger}\` does not go with \`${name}\`.`)
  return COMMANDS[name](values)
}

const isName = (name: string): name is Name => Object.hasOwn(TAKEN, name)

type Values = ReturnType<typeof parse>

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: false, strict: true }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const COMMANDS: Record<Name, (values: Values) => Command> = {
  revoke(values) {
    const target = targetFrom(values)
    const { except, json = false, note, reason } = values
    if (except !== undefined && target.scope !== 'user') {
      throw new UsageError('`--except` goes with `--user` only.')
    }
    return {
      ...{ name: 'revoke', target, exceptSession: except, note, isJson: json },
      reason: oneOf(GIVEN_REASONS, 'reason', reason) ?? 'admin',
      isDryRun: values['dry-run'] ?? false,
    }
  },
  list: ({ json = false, limit, page, reason, scope }) => ({
    name: 'list',
    scope: oneOf(SCOPES, 'scope', scope),
    reason: oneOf(REASONS, 'reason', reason),
    limit: countFrom('limit', limit),
    page: countFrom('page', page),
    isJson: json,
  }),
  explain(values) {
    const { json = false } = values
    return { name: 'explain', target: targetFrom(values), isJson: json }
  },
  purge: ({ 'dry-run': isDryRun = false, json = false }) => ({
    ...{ name: 'purge', isDryRun, isJson: json },
  }),
}

function targetFrom({ user, session, token, everyone }: Values): Target {
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

function nameFrom(option: string, value: string): string {
  if (value !== '' && value.length <= 256) return value
  throw new UsageError(`\`--${option}\` takes 1 to 256 characters.`)
}

function oneOf<Value extends string>(
  values: readonly Value[],
  option: string,
  value: string | undefined,
): Value | undefined {
  const found = values.find((each) => each === value)
  if (value === undefined || found !== undefined) return found
  throw new UsageError(`\`--${option}\` takes one of ${values.join(', ')}.`)
}

function countFrom(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value)
  throw new UsageError(`\`--${option}\` takes a whole number from 1.`)
}
