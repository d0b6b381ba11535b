import { InvalidField } from '../api/fields.js'

export const USAGE = `payload revocation <command> [options]

Commands
  revoke    revoke a token, a session, a user's tokens, or everyone's
  lift      take back the revocations of a token or a session
  list      list the revocations in force, newest first
  sessions  list the active sessions of a user, latest login first; needs --user
  explain   show why a token, a session or a user is refused
  purge     delete what retention no longer keeps

Targets
  --token -                 one token; its text is read from standard input
  --jti <jti>               one token, by its id
  --session <sid>           a session and every token refreshed from it
  --user <collection>:<id>  every token of a user
  --everyone                every token of everyone

Options
  --except-session <sid>    revoke --user: keep this session of the user
  --reason <reason>         revoke: the reason, default admin; list: only this reason
  --note <text>             revoke, lift: a note for the ledger; never put a token in it
  --dry-run                 revoke, lift, purge: show what would happen, and change nothing
  --scope <scope>           list: token, session, user or everyone
  --limit <n>, --page <n>   list: revocations per page, default 50; number of the page
  --all                     sessions: include ended sessions
  --json                    print JSON, as the REST API answers
  --help                    print this help

Exit status: 0 done, 1 failed, 2 command line not understood. The last line says what was
recorded. Without that line it is not known whether anything was recorded.
`

/** The command line is not valid. Nothing was done. */
export class UsageError extends Error {}

/** Names the command's option in an error about an argument. Other errors stay unchanged. */
export const asUsageError = (error: unknown): unknown =>
  error instanceof InvalidField
    ? new UsageError(`\`--${optionFor(error.field)}\` must be ${error.expected}.`)
    : error

const optionFor = (field: string) =>
  field === 'user.exceptSession' ? 'except-session' : field.replace(/\..*/s, '')
