/** Every string that the panel shows, in English: the others must have the same keys. */
export const en = {
  // Names
  security: 'Security',
  revocation: 'Revocation',
  denylist: 'Denylist',
  session: 'Session',
  sessions: 'Sessions',
  denylistDescription:
    'Tokens, sessions and users that are refused, and those that were. Rows are never changed or erased by hand: this is the record.',

  // Fields of the ledger
  scope: 'Scope',
  scopeDescription: 'What ended: a token, a session, a user, or everyone.',
  subject: 'What',
  reason: 'Reason',
  actor: 'By whom',
  actorDescription: 'Who decided; empty when it was the application itself.',
  note: 'Note',
  noteDescription: 'What whoever decided wants to be remembered.',
  ip: 'IP address',
  ipDescription: 'From where it was asked.',
  revokedAt: 'When',
  cutoff: 'Cut-off',
  cutoffDescription: 'Tokens issued at or before this instant are refused.',
  exceptSession: 'Spared session',
  exceptSessionDescription: 'The session that the cut-off spares.',
  effectiveAt: 'In force from',
  effectiveAtDescription: 'Refused from this instant on; empty means at once.',
  expiresAt: 'Expires',
  expiresAtDescription: 'When the last token that this could name has expired.',
  lifts: 'Takes back',
  liftsDescription: 'The id of the earlier revocation that this one takes back.',
  state: 'State',

  // Scopes
  scopeToken: 'Token',
  scopeSession: 'Session',
  scopeUser: 'User',
  scopeEveryone: 'Everyone',

  // Reasons
  reasonLogout: 'Logged out',
  reasonPasswordChanged: 'Password changed',
  reasonPasswordReset: 'Password reset',
  reasonRotated: 'Replaced by a newer token',
  reasonReuseDetected: 'An old token was used again',
  reasonUserDeleted: 'User deleted',
  reasonUserDisabled: 'User disabled',
  reasonAdmin: 'Ended by an administrator',
  reasonLifted: 'Taken back',
  reasonSessionLimit: 'Too many sessions',
  reasonExpired: 'Expired',
  reasonTooOld: 'Older than any revocation is remembered',
  reasonSessionOver: 'The session reached its longest life',
  reasonIdle: 'The session was idle too long',
  reasonUnknown: 'The denylist was too stale to say',

  // States
  stateAny: 'Any',
  stateInForce: 'In force',
  statePending: 'In force soon',
  stateExpired: 'Expired',
  stateLifted: 'Lifted',
  stateLift: 'Takes back another',

  // Sessions of a user
  sessionsDescription: 'Logins: when, from where, with what device, and when and why they ended.',
  sessionName: 'Name',
  sessionNameDescription: 'As its user calls it.',
  sessionIpDescription: 'At the login. Recorded with the option trustProxy.',
  sessionExpiresDescription: 'When its latest token expires.',
  userCollection: 'Collection of the user',
  userAgent: 'User agent',
  device: 'Device',
  unknownDevice: 'Unknown device',
  unknownPlace: 'Not recorded',
  started: 'Started',
  lastRefreshed: 'Last refreshed',
  expires: 'Expires',
  ended: 'Ended',
  endReason: 'Why',
  actions: 'Actions',
  currentSession: 'This session',
  liveSessions: 'Sessions that are open',
  endedSessions_one: '{{count}} session that ended',
  endedSessions_other: '{{count}} sessions that ended',
  noSessions: 'Nobody is signed in to this account.',
  notRecorded:
    'Sessions are not recorded (sessions: false), so they cannot be listed. All of them can still be ended.',
  endOne: 'End',
  endOneLabel: 'End the session on {{device}}',
  endOthers: 'End all others',
  endOthersLabel: 'End all sessions but the one on {{device}}',
  endAll: 'End all sessions',
  endOneTitle: 'End this session?',
  endOneBody: '{{device}} is signed out at once. Whatever is not saved there is lost.',
  endOthersTitle: 'End all other sessions?',
  endOthersBody: 'Every device of this user but {{device}} is signed out at once.',
  endAllTitle: 'End all sessions?',
  endAllBody: 'Every device of this user is signed out at once. They can sign in again.',
  endsCount_one: '{{count}} open session ends.',
  endsCount_other: '{{count}} open sessions end.',
  endsYours: 'It is your own session: you will be signed out.',
  endedCount_one: '{{count}} session ended.',
  endedCount_other: '{{count}} sessions ended.',
  done: 'Done.',

  // Confirmations
  noteLabel: 'Reason (optional)',
  noteHint: 'Kept in the ledger beside your name. Never put a token here.',
  typeToConfirm: 'Type “{{phrase}}” to confirm',
  ownPassword: 'Your password',
  working: 'Working …',
  failed: 'It did not work: {{message}}',
  unreachable: 'The server does not answer.',
  tryAgain: 'Try again',

  // Lifting
  lift: 'Lift',
  liftLabel: 'Lift the revocation of {{subject}}',
  liftTitle: 'Lift this revocation?',
  liftBody:
    'What it refuses counts again until it expires, unless something else refuses it. The row stays, marked as lifted.',
  lifted: 'The revocation is lifted.',

  // Explain
  explain: 'Why is a token refused?',
  explainLabel: 'A token or its id (jti)',
  explainHint:
    'A token is decoded here, in your browser, and never sent: only its id, session, user and issue time are.',
  explainButton: 'Explain',
  explainNotAToken: 'This is neither a token nor an id.',
  explainRefused: 'Refused',
  explainNotRefused: 'Nothing revokes it',
  explainNotRefusedBody: 'The denylist does not name it.',
  explainExpired: 'Expired',
  explainExpiredBody: 'It expired by itself. Payload refuses it without asking the denylist.',
  explainRead: 'Read from the token, without checking its signature',
  claimId: 'Id (jti)',
  claimSession: 'Session (sid)',
  claimUser: 'User',
  claimIssued: 'Issued',
  claimExpires: 'Expires',

  // Everyone
  everyone: 'Revoke everyone',
  everyoneHint: 'For emergencies: ends every session of every user, yours too.',
  everyoneTitle: 'Sign everyone out?',
  everyoneBody:
    'Every token issued until now is refused at once, in every collection, yours too. Everyone has to sign in again. This cannot be lifted.',
  everyonePhrase: 'revoke everyone',

  // State of the denylist
  overviewDescription: 'How the denylist fares on the server that answered.',
  open: 'Open',
  entries: 'In force now',
  staleness: 'Complete as of',
  stalenessNever: 'Never yet',
  stalenessAgo: '{{time}} ago',
  stalenessLimit: 'limit {{time}}',
  feed: 'Feed',
  feedNone: 'Database only',
  feedWell: 'Answers',
  feedUnwell: 'Does not answer',
  feedUnknown: 'Not asked yet',
  feedStrict: 'Asked for every token',
  healthOk: 'Working',
  healthDegraded: 'Degraded',
  healthDown: 'Not vouching',
  healthOkBody: 'Revoked tokens are refused everywhere.',
  problemStaleRefuse:
    'This server cannot tell which tokens are revoked, so it answers 503 to everyone who is signed in. Its database does not answer: look at the database first.',
  problemStaleAsk:
    'This server cannot tell by itself which tokens are revoked and asks for each. Its database does not answer: look at the database first.',
  problemStaleAccept:
    'This server cannot tell which tokens are revoked and accepts them all (whenStale: accept). Its database does not answer: look at the database at once.',
  problemFeed:
    'Redis does not answer. Revocations still reach every server through the database, only later. Nothing is lost: look at Redis.',
  problemBacklog_one:
    '{{count}} revocation waits to be sent on. It is in force here and goes out by itself once Redis answers.',
  problemBacklog_other:
    '{{count}} revocations wait to be sent on. They are in force here and go out by themselves once Redis answers.',
  problemRenewed:
    'Redis lost its content and was filled anew from the database ({{time}}). Nothing is lost. If nobody restarted it, look at its memory limit and eviction policy.',
  lastDay: 'Revocations in the last 24 hours',
  lastDaySummary_one: '{{count}} revocation in the last 24 hours.',
  lastDaySummary_other: '{{count}} revocations in the last 24 hours. Most in one hour: {{most}}.',
  lastDayNone: 'No revocation in the last 24 hours.',
  hour: 'Hour',
  count: 'Count',

  // Refused requests
  refused: 'Refused lately',
  refusedHint:
    'Requests that the server that answered refused since it started, at most ten a second and 200 in all.',
  refusedNone: 'Nothing was refused.',
  refusedMore: 'and {{count}} more that were not noted',
  time: 'Time',
  who: 'Whose',
  path: 'Path',
  forged: 'Not known: the token was not well signed',
} as const

/** A string's name; those with `_one` and `_other` also without, given a `count`. */
export type TranslationKey = WithoutCount<keyof typeof en>

/** All strings of one language. */
export type Strings = Readonly<Record<keyof typeof en, string>>

type WithoutCount<Key extends string> = Key extends `${infer Base}_one` | `${infer Base}_other`
  ? Base
  : Key
