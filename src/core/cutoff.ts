import { CLOCK_TOLERANCE_MS, type Revocation } from './revocation.js'

interface Known {
  /** This process's clock, in milliseconds since the epoch. */
  now: number
  /** The revocations in force for this user and for everyone, as the ledger has them now. */
  known: readonly Revocation[]
}

/**
 * The cut-off of "every token until now". It lies ahead of the clock by the tolerance, so that
 * a token from a process whose clock runs ahead is caught, and past every earlier cut-off, so
 * that tokens issued after one of those are caught as well. {@link issueTime} is its partner.
 */
export const nextCutoff = ({ now, known }: Known): number =>
  Math.max(now + CLOCK_TOLERANCE_MS, latestCutoff(known) + 1)

/**
 * The instant to put into a new token's `jti`: past every cut-off that came before it, but for one
 * that waits for its change to be saved. A login that comes between the two checked what the change
 * makes void, so its token falls under that cut-off.
 */
export const issueTime = ({ now, known }: Known): number =>
  Math.max(now, latestCutoff(known.filter(({ reason }) => reason !== 'change-begun')) + 1)

const latestCutoff = (known: readonly Revocation[]) =>
  known.reduce((latest, { cutoff }) => Math.max(latest, cutoff ?? 0), 0)
