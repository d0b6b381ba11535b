import { RevocationError } from './errors.js'
import type { LedgerClock } from './ledgerClock.js'
import { LEDGER_WINDOW_MS, latestIdAgeMs } from './ledgerFeed.js'
import { rememberedUntil } from './makeRevocation.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'
import { uuidv7, uuidv7Time } from './uuidv7.js'

/**
 * Writes revocations so that every reader finds them in time and keeps them long enough. They count
 * as acknowledged only then.
 */
export interface Recording {
  /**
   * Records them. Returns everything that was written; some may be written twice, under a fresh id.
   */
  record(revocations: readonly Revocation[]): Promise<readonly Revocation[]>
  /** Like `record`, for {@link Ledger.appendLater}. The first is the cut-off as it was recorded. */
  recordLater(cutoff: Revocation): Promise<readonly [Revocation, ...Revocation[]] | undefined>
  /** Like `record`, for what a transaction wrote that has committed. */
  confirm(revocations: readonly Revocation[]): Promise<readonly Revocation[]>
}

export interface RecordingOptions {
  ledger: Ledger
  ledgerClock: LedgerClock
  /** See {@link LedgerFeedOptions.windowMs}. */
  windowMs?: number | undefined
  /** The longest token life that this process knows of, in milliseconds. */
  maxTokenLifetimeMs: () => number
  monotonic: Clock
}

const ATTEMPTS = 3

/** Whether it is kept long enough however long tokens live: one of a single token is. */
const isAsLongAsNeeded = (revocation: Revocation) =>
  rememberedUntil(revocation, Number.POSITIVE_INFINITY) === revocation.expiresAt

/**
 * Readers look back one window from their last reading, by the time in a row's id. They pass over a
 * row whose write took long (a lock, a slow commit, a frozen process) or whose clock was behind. So
 * after a write the ledger is asked for its time, and a row that is too old by then is written
 * again under a fresh id. The same answer contains the longest token life that any process
 * declared. A row that would expire too early is written again as well. Single tokens do not depend
 * on that, so for them the ledger is not asked if its last answer is recent.
 */
export function createRecording(options: RecordingOptions): Recording {
  const { ledger, ledgerClock, maxTokenLifetimeMs, monotonic } = options
  const latestAgeMs = latestIdAgeMs(options.windowMs ?? LEDGER_WINDOW_MS)

  const prolonged = (revocation: Revocation): Revocation => {
    const expiresAt = rememberedUntil(revocation, maxTokenLifetimeMs())
    return expiresAt > revocation.expiresAt ? { ...revocation, expiresAt } : revocation
  }

  /** What must be written again. The clock of its writer may have been set during the write. */
  const missed = async (written: readonly Revocation[], startedAt: number) => {
    const isSlow = monotonic() - startedAt > latestAgeMs
    const isLate = ({ id }: Revocation, now: number) =>
      isSlow || now - (uuidv7Time(id) ?? 0) > latestAgeMs
    const latest = ledgerClock.latest()
    const isInTime = (each: Revocation) =>
      latest !== undefined && isAsLongAsNeeded(each) && !isLate(each, latest)
    if (written.every(isInTime)) return []
    const { now } = await ledgerClock.ask(undefined, written)
    return written.flatMap((revocation) => {
      const again = prolonged(revocation)
      const isAgain = isLate(revocation, now) || again !== revocation
      return isAgain ? [{ ...again, id: uuidv7(now) }] : []
    })
  }

  const write = async (revocations: readonly Revocation[]) => {
    const startedAt = monotonic()
    await ledger.append(revocations)
    return missed(revocations, startedAt)
  }

  /** Writes until nothing is missed. */
  const writeAgain = async (due: readonly Revocation[], attempts: number) => {
    const written: Revocation[] = []
    for (let again = due; again.length > 0; attempts -= 1) {
      if (attempts === 0) {
        throw new RevocationError(
          'ledger-unavailable',
          'the ledger records too slowly, so other processes may miss the revocation.',
        )
      }
      written.push(...again)
      again = await write(again)
    }
    return written
  }

  return {
    record: (revocations) => writeAgain(revocations.map(prolonged), ATTEMPTS),
    async recordLater(cutoff) {
      const startedAt = monotonic()
      const later = await ledger.appendLater?.(prolonged(cutoff))
      if (!later) return undefined
      return [later, ...(await writeAgain(await missed([later], startedAt), ATTEMPTS))]
    },
    async confirm(revocations) {
      const again = await missed(revocations, monotonic())
      return [...revocations, ...(await writeAgain(again, ATTEMPTS))]
    },
  }
}
