import { RevocationError } from './errors.js'
import type { LedgerClock } from './ledgerClock.js'
import { LEDGER_WINDOW_MS, latestIdAgeMs } from './ledgerFeed.js'
import { rememberedUntil } from './makeRevocation.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'
import { uuidv7, uuidv7Time } from './uuidv7.js'

/**
 * Writes revocations so that every reader finds them in time, and remembers them for long enough:
 * only then they are acknowledged.
 */
export interface Recording {
  /** Records them. Returns all that was written; some of it twice, under a fresh id. */
  record(revocations: readonly Revocation[]): Promise<readonly Revocation[]>
  /** As `record`, for what a transaction has written that is committed by now. */
  confirm(revocations: readonly Revocation[]): Promise<readonly Revocation[]>
}

export interface RecordingOptions {
  ledger: Ledger
  ledgerClock: LedgerClock
  /** See {@link LedgerFeedOptions.windowMs}. */
  windowMs?: number | undefined
  /** The longest life of a token that this process knows of, in milliseconds. */
  maxTokenLifetimeMs: () => number
  monotonic: Clock
}

const ATTEMPTS = 3

/**
 * Readers look a window back from their last reading, by the time in a row's id. A write that took
 * long (a lock, a slow commit, a frozen process), or a clock that is behind, leaves a row that they
 * pass over. So once it is there the ledger is asked for its time, and what is too old by then is
 * written again under a fresh id. The same answer tells the longest life of a token that any
 * process has declared before: what would be forgotten sooner is written again as well.
 */
export function createRecording(options: RecordingOptions): Recording {
  const { ledger, ledgerClock, maxTokenLifetimeMs, monotonic } = options
  const latestAgeMs = latestIdAgeMs(options.windowMs ?? LEDGER_WINDOW_MS)

  const prolonged = (revocation: Revocation): Revocation => {
    const expiresAt = rememberedUntil(revocation, maxTokenLifetimeMs())
    return expiresAt > revocation.expiresAt ? { ...revocation, expiresAt } : revocation
  }

  /** What has to be written again. Its clock may have been set while it was being written. */
  const missed = async (written: readonly Revocation[], startedAt: number) => {
    const { now } = await ledgerClock.ask()
    const isSlow = monotonic() - startedAt > latestAgeMs
    return written.flatMap((revocation) => {
      const isLate = isSlow || now - (uuidv7Time(revocation.id) ?? 0) > latestAgeMs
      const again = prolonged(revocation)
      return isLate || again !== revocation ? [{ ...again, id: uuidv7(now) }] : []
    })
  }

  const write = async (revocations: readonly Revocation[]) => {
    const startedAt = monotonic()
    await ledger.append(revocations)
    return missed(revocations, startedAt)
  }

  /** Until nothing is missed any more. */
  const writeAgain = async (due: readonly Revocation[], attempts: number) => {
    const written: Revocation[] = []
    for (let again = due; again.length > 0; attempts -= 1) {
      if (attempts === 0) {
        throw new RevocationError(
          'ledger-unavailable',
          'the ledger takes so long to record a revocation that other processes may miss it.',
        )
      }
      written.push(...again)
      again = await write(again)
    }
    return written
  }

  return {
    record: (revocations) => writeAgain(revocations.map(prolonged), ATTEMPTS),
    async confirm(revocations) {
      const again = await missed(revocations, monotonic())
      return [...revocations, ...(await writeAgain(again, ATTEMPTS))]
    },
  }
}
