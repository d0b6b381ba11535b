import type { Logger } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import { withTimeLimit } from '../../core/timeLimit.js'
import type { SessionStore } from './sessionStore.js'

export interface SessionEnds {
  /** Resolves when the end is in the records, or after a second at most. Never rejects. */
  record(revocation: Revocation): Promise<void>
  /** Resolves when no write is running. */
  settled(): Promise<void>
}

/** After this time, in milliseconds, the write continues in the background. */
const RECORD_WAIT_MS = 1_000

/**
 * Marks the records of sessions that a revocation ended. The caller of `revoke` usually waits for
 * it, because on SQLite a write during the next request would get in its way.
 */
export function createSessionEnds(store: SessionStore, logger: Logger): SessionEnds {
  const pending = new Set<Promise<void>>()

  const write = async (revocation: Revocation) => {
    try {
      await store.recordEnd(revocation)
    } catch (err) {
      logger.error({ err }, 'Revocations: the end of a session was not written to its record')
    }
  }

  return {
    record(revocation) {
      const writing = write(revocation).finally(() => pending.delete(writing))
      pending.add(writing)
      return withTimeLimit(writing, RECORD_WAIT_MS)
    },
    async settled() {
      await Promise.all(pending)
    },
  }
}
