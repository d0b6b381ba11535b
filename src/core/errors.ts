const MESSAGES = {
  'invalid-option': 'An option is not valid.',
  'invalid-input': 'What was given to a call is not as described.',
  'no-auth-collection': 'There is no collection with `auth` to protect.',
  'gate-not-in-front': 'The gate does not sit in front of every authentication strategy.',
  'ledger-unavailable': 'The ledger could not be read or written.',
  'ledger-missing':
    'The database lacks the tables of the plugin: make a migration with `payload migrate:create`, then run `payload migrate`.',
  'ledger-is-append-only': 'Revocations are written by the revocation plugin alone.',
  'sessions-are-read-only': 'Session records are written by the revocation plugin alone.',
  'sessions-not-kept': 'No records of sessions are kept: the option `sessions` is false.',
  'session-not-found': 'The user has no such session.',
  'no-session-list':
    'Users have no list `sessions`. To end theirs call `revocations(payload).revoke({ user })`.',
  'not-started': 'This Payload instance does not have the plugin jwtRevocation().',
  'not-liftable': 'Only the revocation of a token or a session can be lifted.',
  'nothing-to-lift': 'Nothing is in force for it.',
  'token-not-ours': 'The text is not a token that this Payload instance signed.',
  'timed-out': 'There was no answer in time.',
  'feed-failed': 'Redis could not be reached, or did not do what was asked.',
  'feed-closed': 'The feed is closed.',
  'feed-not-followed': 'Nobody follows the feed.',
  'feed-incomplete': 'Redis does not hold the whole denylist.',
  'feed-not-vouched': 'Nobody has vouched lately for what Redis holds.',
  'feed-unreadable': 'Redis holds something that this release cannot read.',
  'feed-needs-hash-tag':
    'On Cluster a look-up needs a prefix with a hash tag, like `{revocation}:`.',
} as const

export type RevocationErrorCode = keyof typeof MESSAGES

/** What an error with this code says, for answers that carry no error of ours. */
export const sentenceOf = (code: RevocationErrorCode): string => MESSAGES[code]

/** Every error of this package, with a code that stays the same between releases. */
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
