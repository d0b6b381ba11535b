import { parseArgs } from 'node:util'
import { REASONS, type Reason, SCOPES, type Scope } from '../../core/revocation.js'
import type { Target } from '../../core/target.js'
import { GIVEN_REASONS } from '../api/givenReasons.js'
import { targetFrom, userNamed } from './target.js'
import { UsageError } from './usage.js'

/** A valid command line. */
export type Command =
  /** `isAsked`: with `--help`; otherwise there was no command. */
  | { name: 'help'; isAsked: boolean }
  | {
      name: 'revoke'
      target: Target
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
  | {
      name: 'lift'
      target: Target
      note: string | undefined
      isDryRun: boolean
      isJson: boolean
    }
  | { name: 'purge'; isDryRun: boolean; isJson: boolean }
  | {
      name: 'sessions'
      user: { collection: string; id: number | string }
      isAll: boolean
      isJson: boolean
    }

const OPTIONS = {
  token: { type: 'string' },
  jti: { type: 'string' },
  session: { type: 'string' },
  user: { type: 'string' },
  everyone: { type: 'boolean' },
  'except-session': { type: 'string' },
  reason: { type: 'string' },
  note: { type: 'string' },
  'dry-run': { type: 'boolean' },
  scope: { type: 'string' },
  limit: { type: 'string' },
  page: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type Name = Exclude<Command['name'], 'help'>

const TARGET = ['token', 'jti', 'session', 'user', 'everyone'] as const

const TAKEN: Record<Name, readonly (keyof typeof OPTIONS)[]> = {
  revoke: [...TARGET, 'except-session', 'reason', 'note', 'dry-run', 'json'],
  list: ['scope', 'reason', 'limit', 'page', 'json'],
  explain: [...TARGET, 'json'],
  lift: ['token', 'jti', 'session', 'note', 'dry-run', 'json'],
  purge: ['dry-run', 'json'],
  sessions: ['user', 'all', 'json'],
}

/**
 * Reads the arguments after `payload revocation`.
 *
 * @throws UsageError
 */
export function parseCommand([name, ...rest]: readonly string[]): Command {
  if (name === undefined) return { name: 'help', isAsked: false }
  if ([name, ...rest].includes('--help')) return { name: 'help', isAsked: true }
  if (!isName(name)) throw new UsageError(`There is no command \`${name}\`.`)
  const values = parse(rest)
  const stranger = Object.keys(values).find((each) => !TAKEN[name].some((own) => own === each))
  if (stranger) throw new UsageError(`\`${name}\` does not take \`--${stranger}\`.`)
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
    const { json = false, note, reason } = values
    return {
      ...{ name: 'revoke', target: targetFrom(values), note, isJson: json },
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
  lift(values) {
    const { 'dry-run': isDryRun = false, json = false, note } = values
    return { ...{ name: 'lift', note, isDryRun, isJson: json }, target: targetFrom(values) }
  },
  purge: ({ 'dry-run': isDryRun = false, json = false }) => ({
    ...{ name: 'purge', isDryRun, isJson: json },
  }),
  sessions({ all = false, json = false, user }) {
    if (user === undefined) throw new UsageError('`sessions` needs `--user <collection>:<id>`.')
    return { name: 'sessions', user: userNamed(user), isAll: all, isJson: json }
  },
}

function oneOf<Value extends string>(
  values: readonly Value[],
  option: string,
  value: string | undefined,
): Value | undefined {
  const found = values.find((each) => each === value)
  if (value === undefined || found !== undefined) return found
  throw new UsageError(`\`--${option}\` must be one of ${values.join(', ')}.`)
}

function countFrom(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value)
  throw new UsageError(`\`--${option}\` must be a whole number, 1 or more.`)
}
