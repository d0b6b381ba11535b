import { type Answer, reactionOf } from './ask.js'
import type { Member } from './member.js'
import { BOUND_MS } from './settings.js'
import type { Violation, ViolationKind } from './violation.js'

/** What the run knows about a token, by its own list and clock. */
export interface Tracked {
  readonly text: string
  /** By the true clock, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** How it was made, by which process, and when. */
  readonly made: string
  fate: Fate
  /** By life of a process: since when it is known to refuse this token. */
  readonly refusedBy: Map<string, number>
}

type Fate =
  | { readonly is: 'living' }
  /** Something that ends it was requested, and the answer is missing. */
  | { readonly is: 'in-doubt' }
  | { readonly is: 'revoked'; readonly at: number; readonly how: string }

const MOST_SAID = 200

export type Checker = ReturnType<typeof createChecker>

export interface CheckerOptions {
  /** The name of a token in the report, never its text. */
  nameOf: (token: Tracked) => string
  /** Whether a fault explains that this process declines. */
  isExcused: (member: Member, answer: Answer) => boolean
  /** Since when Redis cannot be reached; `undefined` while it can. */
  redisGoneSince: () => number | undefined
}

/**
 * Keeps its own list of what was acknowledged and compares every answer with it. It judges by the
 * time at which a request was sent, so a slow answer may excuse but never accuse.
 */
export function createChecker({ nameOf, isExcused, redisGoneSince }: CheckerOptions) {
  const startedAt = performance.now()
  const violations: Violation[] = []
  const counts = { acknowledged: 0, checks: 0, accepted: 0, refused: 0, declined: 0, nothing: 0 }
  const silences: Record<number, number> = {}
  const declinedBy: Record<Member['role'], number> = { app: 0, guard: 0 }
  const worstStalenessMs: Record<Member['role'], number> = { app: 0, guard: 0 }
  const revoked: Tracked[] = []
  const refusedLiving = new Set<Tracked>()

  const accuse = (
    kind: ViolationKind,
    member: Member,
    token: Tracked,
    lateMs: number,
    answer?: Answer,
  ) => {
    if (kind === 'living-refused') refusedLiving.add(token)
    violations.push({
      ...(answer && { said: `${answer.status} ${answer.body.slice(0, MOST_SAID)}` }),
      kind,
      process: member.life,
      how: token.fate.is === 'revoked' ? token.fate.how : token.fate.is,
      lateMs: Math.round(lateMs),
      atMs: Math.round(performance.now() - startedAt),
      token: nameOf(token),
    })
  }

  const end = (token: Tracked, how: string, at: number) => {
    if (token.fate.is === 'revoked') return
    token.fate = { is: 'revoked', at, how }
    revoked.push(token)
  }

  const onAccepted = (token: Tracked, { member, life, answer: { sentAt } }: Asked) => {
    const since = token.refusedBy.get(life)
    if (since !== undefined && sentAt > since) accuse('unlearned', member, token, sentAt - since)
    else if (token.fate.is === 'revoked') {
      const lateMs = sentAt - token.fate.at
      worstStalenessMs[member.role] = Math.max(worstStalenessMs[member.role], lateMs)
      if (lateMs > BOUND_MS) accuse('lost', member, token, lateMs)
    }
    const goneSince = member.role === 'guard' ? redisGoneSince() : undefined
    const blindSince = Math.min(goneSince ?? sentAt, member.clockIsOffSince ?? sentAt)
    if (sentAt - blindSince > BOUND_MS) accuse('blind', member, token, sentAt - blindSince)
  }

  const onRefused = (token: Tracked, { member, life, answer }: Asked) => {
    const { answeredAt } = answer
    if (token.fate.is === 'living') accuse('living-refused', member, token, 0, answer)
    if (!token.refusedBy.has(life)) token.refusedBy.set(life, answeredAt)
    if (token.fate.is === 'in-doubt') end(token, 'seen-refused', answeredAt)
  }

  return {
    violations,
    counts,
    silences,
    declinedBy,
    worstStalenessMs,
    revoked: revoked as readonly Tracked[],
    /** To be explained at the end of the run. */
    refusedLiving: refusedLiving as ReadonlySet<Tracked>,
    startedAt,

    track: (text: string, { expiresAt, made }: Pick<Tracked, 'expiresAt' | 'made'>): Tracked => ({
      text,
      expiresAt,
      made: `${made} at ${((performance.now() - startedAt) / 1_000).toFixed(3)} s`,
      fate: { is: 'living' },
      refusedBy: new Map(),
    }),

    /**
     * Called before something is requested that may end these tokens, or when nothing can be said
     * about them.
     */
    doubt(tokens: readonly Tracked[]) {
      for (const token of tokens) if (token.fate.is === 'living') token.fate = { is: 'in-doubt' }
    },

    /** The end of these tokens was acknowledged by this life of a process. */
    acknowledge(tokens: readonly Tracked[], { answer, life, how }: Acknowledgement) {
      counts.acknowledged += 1
      for (const token of tokens) {
        end(token, how, answer.answeredAt)
        if (!token.refusedBy.has(life)) token.refusedBy.set(life, answer.answeredAt)
      }
    },

    /** This token was issued already ended: by a login during a password change. */
    bornEnded(token: Tracked, how: string) {
      token.fate = { is: 'in-doubt' }
      end(token, how, performance.now())
    },

    /** Compares how a process treated a token with the list. */
    async check(token: Tracked, member: Member) {
      const { life, clockOffsetMs } = member
      const answer = await member.show(token.text)
      const asked = { member, life, answer }
      const reaction = reactionOf(answer)
      counts.checks += 1
      counts[reaction] += 1
      const offsetMs = Math.max(Math.abs(clockOffsetMs), Math.abs(member.clockOffsetMs))
      const hasExpired = Date.now() + offsetMs + 1_000 > token.expiresAt
      // A refusal then proves nothing, and a guard passes it on to a process that verifies the
      // token.
      const tellsNothing = member.role === 'guard' || reaction === 'refused'
      if (hasExpired && (tellsNothing || token.fate.is !== 'revoked')) return reaction
      if (reaction === 'accepted') onAccepted(token, asked)
      if (reaction === 'refused') onRefused(token, asked)
      if (reaction === 'nothing') silences[answer.status] = (silences[answer.status] ?? 0) + 1
      if (reaction === 'declined') {
        declinedBy[member.role] += 1
        if (token.fate.is === 'living' && !isExcused(member, answer)) {
          accuse('declined-in-peace', member, token, 0)
        }
      }
      return reaction
    },

    accuse,
  }
}

interface Asked {
  member: Member
  /** Offset of the member's clock when it was asked. */
  life: string
  answer: Answer
}

export interface Acknowledgement {
  answer: Answer
  life: string
  how: string
}
