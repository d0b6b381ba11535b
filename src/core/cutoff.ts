import { CLOCK_TOLERANCE_MS, type Revocation } from './revocation.js'

interface Known {
  /** The clock of this process, in milliseconds since the epoch. */
  now: number
  /** The revocations in force for this user and for everyone, as the ledger has them now. */
  known: readonly Revocation[]
}

/**
 * The cut-off for "every token until now". It lies ahead of the clock by the tolerance, so that it
 * covers a token from a process whose clock runs ahead. It also lies after every earlier cut-off,
 * so that it covers tokens issued after one of those. {@link issueTime} is its counterpart.
 */
export const nextCutoff = ({ now, known }: Known): number =>
  Math.max(now + CLOCK_TOLERANCE_MS, latestCutoff(known) + 1)

/**
 * The issue time for a new token's `jti`. It lies after every earlier cut-off, except a
 * `change-begun` cut-off, which waits for its change to be saved. A login in between used a
 * password that the change makes invalid, so that cut-off must cover its token.
 */
export const issueTime = ({ now, known }: Known): number =>
  Math.max(now, latestCutoff(known.filter(({ reason }) => reason !== 'change-begun')) + 1)

const latestCutoff = (known: readonly Revocation[]) =>
  known.reduce((latest, { cutoff }) => Math.max(latest, cutoff ?? 0), 0)
