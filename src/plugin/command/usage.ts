import { InvalidField } from '../api/fields.js'

export const USAGE = `payload revocation <command> [options]

Commands
  revoke   end a token, a session, a user's tokens, or everyone's
  lift     take the revocations of a token or a session back
  list     what is in force, newest first
  sessions the active sessions of a user, --user, the latest login first
  explain  why a token, a session or a user is refused
  purge    delete what retention no longer keeps

What is meant
  --token -                 one token, by its text, read from standard input
  --jti <jti>               one token, by its id
  --session <sid>           a session and every token refreshed from it
  --user <collection>:<id>  every token of a user
  --everyone                every token of everyone

Options
  --except-session <sid>    a session of the user's that lives on; revoke --user
  --reason <reason>         revoke: default admin; list: only those
  --note <text>             what is to be remembered, never a token; revoke, lift
  --dry-run                 say what would be done, and do nothing; revoke, lift, purge
  --scope <scope>           token, session, user or everyone; list
  --limit <n>, --page <n>   default: 50 a page, the first; list
  --all                     sessions: the ended ones, too
  --json                    print JSON, as the REST API answers
  --help                    print this

It ends with 0 when done, 1 when it failed, 2 when it did not understand. The last line says what
was recorded: without that line nothing is known to be.
`

/** The command line is not understood: nothing was done. */
export class UsageError extends Error {}

/** An error of a call, told by the name of the option; any other as it is. */
export const asUsageError = (error: unknown): unknown =>
  error instanceof InvalidField
    ? new UsageError(`\`--${optionFor(error.field)}\` must be ${error.expected}.`)
    : error

const optionFor = (field: string) =>
  field === 'user.exceptSession' ? 'except-session' : field.replace(/\..*/s, '')
