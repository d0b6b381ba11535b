/** Every string that the panel shows, in English: the others must have the same keys. */
export const en = {
  // Names
  security: 'Security',
  revocation: 'Sign-out',
  denylist: 'Sign-outs',
  overview: 'Security overview',
  session: 'Session',
  sessions: 'Sessions',
  denylistDescription:
    'Who was signed out, when, why and by whom. Nobody can change or delete an entry.',

  // Fields of the ledger
  scope: 'What ended',
  scopeDescription:
    'How much was ended: part of a session, one session, all sessions of a person, or everyone.',
  subject: 'Who',
  reason: 'Reason',
  actor: 'By whom',
  actorDescription: 'The person who ended it. Empty when the application did.',
  formerUser: 'A deleted user',
  note: 'Note',
  noteDescription: 'What that person wrote down.',
  ip: 'IP address',
  ipDescription: 'The address that the request came from.',
  revokedAt: 'When',
  cutoff: 'Ends logins until',
  cutoffDescription: 'Logins until this time are ended. Later logins are not.',
  exceptSession: 'Session that stays',
  exceptSessionDescription: 'The one session that was not ended.',
  effectiveAt: 'In force from',
  effectiveAtDescription: 'Refused from this time on. Empty means at once.',
  expiresAt: 'Expires',
  expiresAtDescription:
    'After this time nothing is left to refuse: the logins that it ended have all expired.',
  lifts: 'Undoes',
  liftsDescription: 'The id of the earlier entry that this one undoes.',
  state: 'State',

  // Scopes
  scopeToken: 'Part of a session',
  scopeSession: 'One session',
  scopeUser: 'All sessions of a person',
  scopeEveryone: 'Everyone',

  // Reasons
  reasonLogout: 'Logged out',
  reasonPasswordChanged: 'Password changed',
  reasonPasswordReset: 'Password reset',
  reasonRotated: 'The session was renewed',
  reasonReplaced: 'New login in the same browser',
  reasonReuseDetected: 'An old copy of the login was used',
  reasonUserDeleted: 'User deleted',
  reasonUserDisabled: 'User disabled',
  reasonAdmin: 'Ended by an administrator',
  reasonLifted: 'Sign-out undone',
  reasonSessionLimit: 'Too many sessions',
  reasonAccountLocked: 'Account locked after failed logins',
  reasonChangeBegun: 'The account was being changed',
  reasonExpired: 'Expired',
  reasonTooOld: 'The login is too old',
  reasonSessionOver: 'The session reached its maximum age',
  reasonIdle: 'The session was unused for too long',
  reasonUnknown: 'The server could not tell whether it had ended',

  // States
  stateAny: 'Any',
  stateInForce: 'In force',
  statePending: 'In force soon',
  stateExpired: 'Expired',
  stateLifted: 'Undone',
  stateLift: 'Undoes another',
  endedBecause: '{{scope}}: {{reason}}',

  // Sessions of a user
  sessionsDescription:
    'Every login: when, from where and on which device, and when and why it ended.',
  sessionName: 'Name',
  sessionNameDescription: 'The name that the user gave it.',
  sessionIpDescription: 'At the login. Recorded only with the option trustProxy.',
  sessionExpiresDescription: 'When it ends by itself, unless it is renewed before.',
  userCollection: 'Collection of the user',
  userAgent: 'User agent',
  device: 'Device',
  unknownDevice: 'Unknown device',
  unknownPlace: 'Not recorded',
  started: 'Started',
  lastRefreshed: 'Last renewed',
  lastActive: 'Last active',
  lastActiveDescription: 'When it was last in use, within a few minutes.',
  expires: 'Expires',
  ended: 'Ended',
  endReason: 'Why',
  actions: 'Actions',
  currentSession: 'This session',
  mySessions: 'My sessions',
  mySessionsHint:
    'Everywhere you are signed in. Sign out what you do not recognise, and change your password.',
  activeSessions: 'Active sessions',
  endedSessions_one: '{{count}} session that ended',
  endedSessions_other: '{{count}} sessions that ended',
  noSessions: 'Nobody is signed in to this account.',
  notRecorded:
    'This application does not record sessions (sessions: false), so they cannot be listed. You can still end all of them.',
  endOne: 'End',
  endOneLabel: 'End the session on {{device}}',
  endOthers: 'End all others',
  endAll: 'End all sessions',
  endOneTitle: 'End this session?',
  endOneBody: '{{device}} is signed out at once. Unsaved work there is lost.',
  endOthersTitle: 'End all other sessions?',
  endOthersBody:
    '{{user}} is signed out at once on every device but {{device}}. Unsaved work there is lost.',
  endAllTitle: 'End all sessions?',
  endAllBody:
    '{{user}} is signed out at once on every device and can sign in again. Unsaved work there is lost.',
  endsCount_one: '{{count}} active session ends.',
  endsCount_other: '{{count}} active sessions end.',
  endsYours: 'Your own session ends too: you will be signed out.',
  endedCount_one: '{{count}} session ended.',
  endedCount_other: '{{count}} sessions ended.',
  done: 'Done.',

  // Confirmations
  noteLabel: 'Reason (optional)',
  noteHint: 'Other administrators can read it. Never paste a password or a token here.',
  typeToConfirm: 'Type “{{phrase}}” to confirm',
  ownPassword: 'Your password',
  working: 'Working …',
  failed: 'That did not work: {{message}}',
  unreachable: 'The server does not answer.',
  tryAgain: 'Try again',

  // Lifting
  lift: 'Undo',
  liftLabel: 'Undo the sign-out of {{subject}}',
  liftTitle: 'Undo this sign-out?',
  liftBody:
    'The login works again until it expires, unless another entry ends it. If the device was stolen, the thief is signed in again. The entry stays and is marked as undone.',
  lifted: 'The sign-out is undone.',

  // Explain
  explain: 'Why was a login refused?',
  explainLabel: 'A token, or its id (jti)',
  explainHint:
    'A developer can give you the token or its id. A token is read here in your browser and never sent: only its id, session, user and issue time are sent.',
  explainButton: 'Explain',
  explainNotAToken: 'This is neither a token nor an id.',
  explainRefused: 'Refused',
  explainNotRefused: 'Not refused',
  explainNotRefusedBody: 'No entry ends this login.',
  explainExpired: 'Expired',
  explainExpiredBody: 'It ended by itself because its time was over.',
  explainRead: 'Read from the token. Its signature was not checked.',
  claimId: 'Id (jti)',
  claimSession: 'Session (sid)',
  claimUser: 'User',
  claimIssued: 'Issued',
  claimExpires: 'Expires',

  // Everyone
  everyone: 'Sign everyone out',
  everyoneHint: 'For emergencies: ends every session of every user, including yours.',
  everyoneTitle: 'Sign everyone out?',
  everyoneBody:
    'Every user in every collection has to sign in again, including you. Unsaved work is lost. You cannot undo this.',
  everyonePhrase: 'sign everyone out',

  // State of the denylist
  overviewDescription:
    'As the server that answered sees it. If there are several servers, others may differ.',
  open: 'Open',
  entries: 'Signed out and refused now',
  figureToken: 'Parts of sessions',
  figureSession: 'Sessions',
  figureUser: 'People',
  figureEveryone: 'Everyone',
  staleness: 'Up to date as of',
  stalenessNever: 'Never yet',
  stalenessAgo: '{{time}} ago',
  staleRefuseHint:
    'If this server falls behind by more than {{time}}, it refuses everyone who is signed in until it has caught up.',
  staleAskHint:
    'If this server falls behind by more than {{time}}, it looks up every request, which is slower.',
  staleAcceptHint:
    'If this server falls behind by more than {{time}}, it lets in people who were signed out meanwhile.',
  feed: 'Passed on to other servers',
  feedNone: 'Through the database',
  feedWell: 'Through Redis',
  feedUnwell: 'Redis does not answer',
  feedUnknown: 'Redis was not asked yet',
  feedStrict: 'Every request is looked up',
  healthOk: 'Working',
  healthDegraded: 'Needs attention',
  healthDown: 'Out of date',
  healthOkBody: 'Logins that were ended are refused on every server.',
  problemStaleRefuse:
    'This server cannot tell which logins have ended, so it refuses everyone who is signed in (error 503). Its database does not answer. Check the database first.',
  problemStaleAsk:
    'This server cannot tell by itself which logins have ended, so it looks up every request. Its database does not answer. Check the database first.',
  problemStaleAccept:
    'This server cannot tell which logins have ended and lets all of them in (whenStale: accept). Its database does not answer. Check the database at once.',
  problemFeed:
    'Redis does not answer. Sign-outs still reach every server through the database, only later. Nothing is lost. Check Redis.',
  problemBacklog_one:
    '{{count}} sign-out waits to be passed on. It is in force on this server and is passed on when Redis answers again.',
  problemBacklog_other:
    '{{count}} sign-outs wait to be passed on. They are in force on this server and are passed on when Redis answers again.',
  problemRenewed:
    'Redis lost its content and was filled again from the database ({{time}}). Nothing is lost. If nobody restarted Redis, check its memory limit and its eviction policy.',
  lastDay: 'Sign-outs in the last 24 hours',
  lastDaySummary_one: '{{count}} sign-out in the last 24 hours.',
  lastDaySummary_other:
    '{{count}} sign-outs in the last 24 hours. Most in one hour: {{most}}, from {{hour}}.',
  lastDayNone: 'No sign-outs in the last 24 hours.',
  now: 'now',
  hour: 'Hour',
  count: 'Number',

  // Refused requests
  refused: 'Refused lately',
  refusedHint:
    'Requests with a login that had ended, as this server saw them since it started. When there are very many, only some are listed.',
  refusedNone: 'Nothing was refused.',
  refusedMore: 'and {{count}} more that are not listed',
  time: 'When',
  who: 'Who',
  personDeleted: '{{id}} (deleted)',
  request: 'Request',
  pathUnknown: 'A page or server code',
} as const
