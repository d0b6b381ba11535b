import { isoDate } from '../../core/isoDate.js'
import type { Transaction } from '../../core/ports.js'
import { memo } from '../../core/processWide.js'
import type { Revocation, Subject, Successor } from '../../core/revocation.js'
import { withTimeLimit } from '../../core/timeLimit.js'
import { endsToken, subjectsOf, type Token } from '../../core/token.js'
import { uuidv7Time } from '../../core/uuidv7.js'
import type { Runtime } from '../runtime/runtime.js'
import { sessionRow } from '../sessions/recordSession.js'
import type { SessionStore } from '../storage/sessionStore.js'

/**
 * The token that took the place of this rotated one, while nobody has shown it: the answer to the
 * refresh was lost (a phone in a tunnel, a laptop that was closed), and who comes back with the old
 * token may have the new one once more. `undefined` as soon as a successor was shown to a process of
 * this application: then two hold the session, and nobody can tell which is its owner. So too where
 * anything else has ended the token, and where no records of sessions are kept.
 */
export async function unshownSuccessor(
  { ledger, sessions }: Runtime,
  token: Token,
  { known, within }: { known?: readonly Revocation[]; within?: Transaction | undefined } = {},
): Promise<Successor | undefined> {
  if (!sessions) return undefined
  const subjects = subjectsOf(token)
  const now = Date.now()
  const found = known ?? (await ledger.find(Object.values(subjects), within))
  const against = found.filter((each) => endsToken(each, token, now))
  const isRotation = ({ reason, subject }: Revocation) =>
    reason === 'rotated' && subject === subjects.token
  const successors = against.flatMap((each) => (isRotation(each) && each.successor) || [])
  if (successors.length === 0 || successors.length < against.length) return undefined
  const nameOf = ({ id }: Successor): Subject => `jti:${id}`
  const ends = await ledger.find(successors.map(nameOf), within)
  // Those beside the first were ended when it was handed out once more.
  if (ends.some(({ reason }) => reason !== 'replaced')) return undefined
  const [first] = successors
    .filter((each) => ends.every(({ subject }) => subject !== nameOf(each)))
    .sort((one, other) => one.id.localeCompare(other.id))
  if (!first || first.expiresAt <= now) return undefined
  const where = { id: { equals: token.session } }
  const [record] = await sessions.find(where, { limit: 1, within })
  const isShown = Date.parse(record?.newestShownAt ?? '') >= (uuidv7Time(first.id) ?? 0)
  return isShown ? undefined : first
}

/** The refreshed tokens that this process has noted, by id, the oldest first. */
const noted = memo<SessionStore, Set<string>>('shownTokens')
const MAX_NOTED = 10_000

/** A request waits no longer than this; the note goes on by itself. */
const NOTE_WAIT_MS = 1_000

/**
 * Notes that a refreshed token was shown for the first time: from now on its parent, should it come
 * back to be refreshed, was copied. Each process notes it once. What goes wrong is logged, and tried
 * again with the next request.
 */
export async function noteShown(runtime: Runtime, token: Token, headers: Headers): Promise<void> {
  const { logger, sessions, settings } = runtime
  if (token.parent === undefined || !sessions || settings.graceMs === undefined) return
  const known = noted.get(sessions) ?? new Set<string>()
  noted.set(sessions, known)
  if (known.has(token.id)) return
  known.add(token.id)
  if (known.size > MAX_NOTED) for (const oldest of known) if (known.delete(oldest)) break
  const noting = note(runtime, sessions, { token, headers }).catch((err) => {
    known.delete(token.id)
    logger.warn({ err }, 'Revocations: it was not noted that a refreshed token is in use')
  })
  await withTimeLimit(noting, NOTE_WAIT_MS)
}

async function note(
  runtime: Runtime,
  sessions: SessionStore,
  { token, headers }: { token: Token; headers: Headers },
) {
  const newestShownAt = isoDate(token.issuedAt)
  const [record] = await sessions.find({ id: { equals: token.session } }, { limit: 1 })
  if (Date.parse(record?.newestShownAt ?? '') >= token.issuedAt) return
  const user = { collection: token.collection, id: token.userId }
  const isChanged =
    record && (await sessions.update({ id: token.session, user }, { newestShownAt }))
  if (isChanged) return
  const row = sessionRow(runtime, token, { isRefresh: true, headers })
  await sessions.insert({ ...row, newestShownAt })
}
