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
 * The successor of a rotated token, if nobody has used it yet. Then the answer to the refresh was
 * lost (a phone in a tunnel, a laptop that was closed), and the client with the old token may have
 * the new one again. `undefined` as soon as a successor was used in a process of this application:
 * then two clients hold the session, and nobody can tell which one is the owner. Also `undefined`
 * if something else ended the token, or if no session records are kept.
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
  // The other successors were ended when the first one was issued again.
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

/** The refreshed tokens that this process has recorded as used, by id, oldest first. */
const noted = memo<SessionStore, Set<string>>('shownTokens')
const MAX_NOTED = 10_000

/** The longest that a request waits. Recording continues in the background. */
const NOTE_WAIT_MS = 1_000

/**
 * Records that a refreshed token was used for the first time. From now on its parent counts as
 * copied if somebody refreshes it. Each process records it once. Errors are logged, and the next
 * request tries again.
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
    logger.warn({ err }, 'Revocations: could not record that a refreshed token is in use')
  })
  await withTimeLimit(noting, NOTE_WAIT_MS)
}

async function note(
  runtime: Runtime,
  sessions: SessionStore,
  { token, headers }: { token: Token; headers: Headers },
) {
  const newestShownAt = isoDate(token.issuedAt)
  const session = {
    id: token.session,
    user: { collection: token.collection, id: token.userId },
    if: {
      or: [{ newestShownAt: { exists: false } }, { newestShownAt: { less_than: newestShownAt } }],
    },
  }
  if (await sessions.update(session, { newestShownAt })) return
  const isThere = await sessions.find({ id: { equals: token.session } }, { limit: 1 })
  if (isThere.length > 0) return
  const row = sessionRow(runtime, token, { isRefresh: true, headers })
  await sessions.insert({ ...row, newestShownAt })
}
