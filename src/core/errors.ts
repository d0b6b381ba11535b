const MESSAGES = {
  'invalid-option': 'An option is not valid.',
  'invalid-input': 'An argument is not valid.',
  'no-auth-collection': 'There is no collection with `auth` to protect.',
  'gate-not-in-front': 'The gate does not run before every authentication strategy.',
  'ledger-unavailable': 'The ledger could not be read or written.',
  'ledger-missing':
    'The database has no tables for the plugin yet. Create a migration with `payload migrate:create`, then run `payload migrate`.',
  'ledger-is-append-only': 'Only the revocation plugin may write revocations.',
  'sessions-are-read-only': 'Only the revocation plugin may write session records.',
  'sessions-not-kept': 'Session records are off: the option `sessions` is false.',
  'session-not-found': 'The user has no such session.',
  'no-session-list':
    'Users have no `sessions` list. To end a user’s sessions, call `revocations(payload).revoke({ user })`.',
  'not-started': 'This Payload instance does not have the plugin jwtRevocation().',
  'not-liftable': 'Only the revocation of a token or a session can be lifted.',
  'nothing-to-lift': 'No revocation is in force for it.',
  'token-not-ours': 'This Payload instance did not sign that token.',
  'timed-out': 'There was no answer in time.',
  'introspection-failed': 'The application did not say whether a token is good.',
  'feed-failed': 'Redis could not be reached, or a command failed.',
  'feed-refused': 'The application does not accept the credentials of the feed.',
  'feed-closed': 'The feed is closed.',
  'feed-not-followed': 'The feed has no follower.',
  'feed-incomplete': 'Redis does not hold the whole denylist.',
  'feed-not-vouched': 'No process has confirmed lately that Redis holds the whole denylist.',
  'feed-unreadable': 'Redis holds something that this release cannot read.',
  'feed-needs-hash-tag':
    'A look-up on Redis Cluster needs a prefix with a hash tag, like `{revocation}:`.',
} as const

export type RevocationErrorCode = keyof typeof MESSAGES

/** The message of this code, for an answer that carries no error of ours. */
export const sentenceOf = (code: RevocationErrorCode): string => MESSAGES[code]

/** The class of every error of this package. Its code stays the same between releases. */
export class RevocationError extends Error {
  readonly code: RevocationErrorCode

  constructor(code: RevocationErrorCode, detail?: string, options?: ErrorOptions) {
    super(`payload-jwt-revocation: ${detail ?? MESSAGES[code]} [${code}]`, options)
    this.name = 'RevocationError'
    this.code = code
  }
}

/** An option that cannot be used. Thrown at configuration time, before any I/O. */
export const invalidOption = (option: string, expected: string): RevocationError =>
  new RevocationError('invalid-option', `the option \`${option}\` must be ${expected}.`)
