import type { Clock, Logger } from './ports.js'

/** Reports the progress of the first reading of the ledger while it takes long. */
export interface ReadingLog {
  /** This many more rows were read. */
  count(rows: number): void
  /** The reading is over. */
  end(): void
}

const EVERY_MS = 5_000

export function createReadingLog(logger: Logger | undefined, monotonic: Clock): ReadingLog {
  let startedAt: number | undefined
  let toldAt = 0
  let read = 0
  let isOver = false

  const details = (at: number) => ({ read, seconds: Math.round((at - (startedAt ?? at)) / 1_000) })

  return {
    count(rows) {
      if (isOver) return
      const at = monotonic()
      startedAt ??= at
      read += rows
      if (at - Math.max(toldAt, startedAt) < EVERY_MS) return
      toldAt = at
      logger?.info(details(at), 'Revocations: the ledger is being read for the first time')
    },
    end() {
      if (toldAt > 0 && !isOver) {
        logger?.info(details(monotonic()), 'Revocations: the ledger has been read')
      }
      isOver = true
    },
  }
}
