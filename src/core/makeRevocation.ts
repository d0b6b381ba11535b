import {
  CLOCK_TOLERANCE_MS,
  type Reason,
  type Revocation,
  type Subject,
  type Successor,
} from './revocation.js'
import { subjectsOf, type Token, userSubject } from './token.js'
import { uuidv7 } from './uuidv7.js'

const MAX_NOTE_LENGTH = 1_000

/** What every revocation contains besides its scope. */
export interface Circumstances {
  reason: Reason
  /** `<collection>:<id>` of the user who decided; absent for the application itself. */
  actor?: string | undefined
  note?: string | undefined
  /** The address that the request came from, if the application knows it for sure. */
  ip?: string | undefined
  /** What it belongs to. See {@link Revocation.partOf}. */
  partOf?: Subject | undefined
  /** The clock, in milliseconds since the epoch. */
  now: number
  /** The longest time between a token's issue and its expiry, in milliseconds. */
  maxTokenLifetimeMs: number
}

/**
 * Revokes one token, at once or from `effectiveAt` (ms) on. It is kept for the remaining life of
 * the token, or for the longest possible life if the token does not expire.
 */
export function tokenRevocation(
  token: Token,
  circumstances: Circumstances & {
    effectiveAt?: number | undefined
    successor?: Successor | undefined
  },
): Revocation {
  const { effectiveAt, successor } = circumstances
  const latestUse = token.issuedAt + circumstances.maxTokenLifetimeMs + CLOCK_TOLERANCE_MS
  const isTold = Number.isFinite(token.expiresAt)
  return {
    ...base(circumstances),
    scope: 'token',
    subject: subjectsOf(token).token,
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(successor !== undefined && { successor }),
    expiresAt: (isTold ? token.expiresAt : latestUse) + CLOCK_TOLERANCE_MS,
  }
}

/**
 * Revokes a session and every token refreshed from it. It is kept for the longest life of a token
 * from now on, because another tab may have refreshed a moment ago, and at least until the latest
 * known token of the session expires (`expiresAt`, ms).
 */
export function sessionRevocation(
  session: string,
  circumstances: Circumstances & { expiresAt?: number | undefined },
): Revocation {
  const { expiresAt = 0 } = circumstances
  return remembered(
    {
      ...base(circumstances),
      scope: 'session',
      subject: `sid:${session}`,
      expiresAt: Number.isFinite(expiresAt) ? expiresAt + CLOCK_TOLERANCE_MS : 0,
    },
    circumstances,
  )
}

/** Revokes every token of a user that was issued at or before `cutoff`. */
export function userRevocation(
  user: {
    collection: string
    id: number | string
    cutoff: number
    /** A session of this user that stays valid. */
    exceptSession?: string | undefined
  },
  circumstances: Circumstances,
): Revocation {
  return remembered(
    {
      ...base(circumstances),
      scope: 'user',
      subject: userSubject(user.collection, user.id),
      cutoff: user.cutoff,
      ...(user.exceptSession !== undefined && { exceptSession: user.exceptSession }),
    },
    circumstances,
  )
}

/** Revokes every token that was issued at or before `cutoff`. */
export function everyoneRevocation(cutoff: number, circumstances: Circumstances): Revocation {
  return remembered(
    {
      ...base(circumstances),
      scope: 'everyone',
      subject: 'everyone',
      cutoff,
    },
    circumstances,
  )
}

/**
 * Takes back an earlier revocation of a token or a session. It is kept for longer than that
 * revocation, which therefore never counts again.
 */
export function liftRevocation(
  { id, scope, subject, expiresAt, partOf }: Revocation,
  circumstances: Omit<Circumstances, 'maxTokenLifetimeMs' | 'partOf' | 'reason'>,
): Revocation {
  return {
    ...base({ ...circumstances, reason: 'lifted', partOf }),
    ...{ scope, subject },
    expiresAt: expiresAt + CLOCK_TOLERANCE_MS,
    lifts: id,
  }
}

/**
 * Until when (ms) a revocation must be kept if tokens live this long. The last token that it names
 * was issued when the session ended, or at the cut-off. The revocation of a single token depends on
 * the expiry of that token only.
 */
export function rememberedUntil(
  { cutoff, expiresAt, lifts, revokedAt, scope }: Revocation,
  maxTokenLifetimeMs: number,
): number {
  if (scope === 'token' || lifts !== undefined) return expiresAt
  const latestIssue = cutoff === undefined ? revokedAt : cutoff + CLOCK_TOLERANCE_MS
  return Math.max(expiresAt, latestIssue + maxTokenLifetimeMs + CLOCK_TOLERANCE_MS)
}

const remembered = (
  revocation: Omit<Revocation, 'expiresAt'> & { expiresAt?: number },
  { maxTokenLifetimeMs }: Pick<Circumstances, 'maxTokenLifetimeMs'>,
): Revocation => {
  const made = { expiresAt: 0, ...revocation }
  return { ...made, expiresAt: rememberedUntil(made, maxTokenLifetimeMs) }
}

const base = ({
  reason,
  actor,
  note,
  ip,
  now,
  partOf,
}: Omit<Circumstances, 'maxTokenLifetimeMs'>) => ({
  id: uuidv7(now),
  reason,
  ...(note !== undefined && { note: note.slice(0, MAX_NOTE_LENGTH) }),
  ...(actor !== undefined && { actor }),
  ...(ip !== undefined && { ip }),
  ...(partOf !== undefined && { partOf }),
  revokedAt: now,
})
