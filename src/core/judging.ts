import type { ClockWatch } from './clockWatch.js'
import type { DenylistIndex, Match } from './denylistIndex.js'
import { findInTime } from './findInTime.js'
import { type Following, REFRESH_WAIT_MS } from './following.js'
import type { Logger, Lookup } from './ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from './revocation.js'
import { reachedLimit, type SessionLimits } from './sessionLimits.js'
import { endsToken, subjectsOf, type Token } from './token.js'
import type { KnownVerdict, Verdict, WhenStale } from './verdict.js'

export interface JudgingOptions {
  index: DenylistIndex
  following: Following
  clocks: Pick<ClockWatch, 'isOff' | 'now' | 'offsetMs'>
  /** The sources that can be asked directly, in order. */
  lookups: readonly Lookup[]
  /** Whether this process recorded something that no other process can know yet. */
  hasUnsent: () => boolean
  /** The longest life of any token, in milliseconds. It may grow. */
  maxTokenLifetimeMs: () => number
  maxStalenessMs: number
  sessionLimits: SessionLimits
  whenStale: WhenStale
  isStrict: boolean
  /** Whether all work is done while somebody asks: see `Feed.isOnDemand`. */
  isOnDemand: boolean
  /** Asks what is still in force after a lift. */
  liftsSettled: () => Promise<void>
  logger: Logger | undefined
}

/** How a token is judged: by the index; by the policy when the index is stale; or by asking. */
export interface Judging {
  /** What the index knows now, however stale it is. */
  known(token: Token): KnownVerdict
  /** From memory, without I/O. */
  verdict(token: Token): Verdict
  /**
   * Like `verdict`, but when the index is too stale it first catches up, then applies the
   * `whenStale` policy.
   */
  judge(token: Token): Promise<Verdict>
  /** Starts to follow the sources, once, and catches up when the index is too stale. */
  catchUp(): Promise<void>
}

/** Something that can be searched for a revocation that ends a token. */
interface Source {
  find(token: Token): Match | undefined
}

/** Nearly every answer is this one, so it is made only once. */
const VALID = { status: 'valid' } as const

/** Its `exp` is further away than its collection's tokens live, so its age is unknown. */
const isAgeWrong = ({ isAgeInferred, issuedAt }: Token, at: number) =>
  isAgeInferred === true && issuedAt > at + 2 * CLOCK_TOLERANCE_MS

export function createJudging(options: JudgingOptions): Judging {
  const { index, following, clocks, lookups, logger } = options
  const { now } = clocks
  const { maxTokenLifetimeMs, maxStalenessMs, sessionLimits, whenStale, isStrict } = options
  const { isOnDemand } = options
  let isStale = false

  const knownBy = (source: Source, token: Token, at = now()): KnownVerdict => {
    if (token.expiresAt <= at) return VALID
    const by = source.find(token)
    if (by) return { status: 'revoked', by }
    const limit = reachedLimit(token, sessionLimits, at)
    if (limit) return { status: 'revoked', by: limit }
    const isTooOld = at > token.issuedAt + maxTokenLifetimeMs() + CLOCK_TOLERANCE_MS
    return isTooOld || isAgeWrong(token, at) ? { status: 'revoked', by: 'too-old' } : VALID
  }

  const isFresh = (at?: number) => following.isFresh(maxStalenessMs, at)

  const doubts = () => ({
    stalenessMs: following.stalenessMs,
    ...(clocks.isOff && { clockOffsetMs: clocks.offsetMs }),
  })

  const unknown = (): Verdict => ({ status: 'unknown', ...doubts() })

  const verdict = (token: Token): Verdict => {
    const at = now()
    const known = knownBy(index, token, at)
    return known.status === 'revoked' || isFresh(at) ? known : unknown()
  }

  /** One direct look-up with a time limit: in the feed if it can answer, else in the ledger. */
  const ask = async (token: Token): Promise<readonly Revocation[] | undefined> => {
    const subjects = Object.values(subjectsOf(token))
    for (const lookup of lookups) {
      const found = await findInTime(lookup, subjects)
      if (found) return found
    }
    return undefined
  }

  const reportStaleness = (isStaleNow: boolean) => {
    if (isStaleNow === isStale) return
    isStale = isStaleNow
    if (isStale) logger?.error({ ...doubts(), whenStale }, 'Revocations: the denylist is stale')
    else logger?.info(doubts(), 'Revocations: the denylist is up to date again')
  }

  const among = (found: readonly Revocation[]): Source => ({
    find: (token) => found.find((each) => endsToken(each, token, now())),
  })

  const whenUnknown = (token: Token) => (whenStale === 'accept' ? knownBy(index, token) : unknown())

  /** In strict mode only this process's own revocations are remembered, until others know them. */
  const judgeStrictly = async (token: Token): Promise<Verdict> => {
    const known = knownBy(index, token)
    if (known.status === 'revoked' && options.hasUnsent()) return known
    const found = await ask(token)
    reportStaleness(found === undefined)
    if (!found) return known.status === 'revoked' ? known : whenUnknown(token)
    return knownBy(among(found), token)
  }

  /**
   * A feed's answer is not kept: it has other ids than the ledger, so no lift would take it back.
   */
  const judgeStale = async (token: Token): Promise<Verdict> => {
    const found = whenStale === 'ask' ? await ask(token) : undefined
    const known = knownBy(index, token)
    if (known.status === 'revoked') return known
    return found ? knownBy(among(found), token) : whenUnknown(token)
  }

  const catchUp = async () => {
    if (isStrict) return
    following.start()
    if (!isFresh()) await following.refresh(REFRESH_WAIT_MS)
    if (isOnDemand) await options.liftsSettled()
    reportStaleness(!isFresh())
  }

  return {
    known: (token) => knownBy(index, token),
    verdict: isStrict ? (token) => knownBy(index, token) : verdict,
    async judge(token) {
      if (isStrict) return judgeStrictly(token)
      const waking = following.use()
      if (waking !== undefined) await waking
      const at = now()
      const known = knownBy(index, token, at)
      // Nothing else would tell a process on demand that it was lifted.
      if (known.status === 'revoked' && !isOnDemand) return known
      // The usual case: this process follows already and is fresh.
      if (!isStale && isFresh(at)) return known
      await catchUp()
      return isStale ? judgeStale(token) : knownBy(index, token)
    },
    catchUp,
  }
}
