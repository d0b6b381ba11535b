import type { Logger } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import { withTimeLimit } from '../../core/timeLimit.js'
import type { SessionStore } from './sessionStore.js'

export interface SessionEnds {
  /** Resolves when the records tell of the end, or in a second at most. Never rejects. */
  record(revocation: Revocation): Promise<void>
  /** Resolves when none is being written. */
  settled(): Promise<void>
}

/** A cut-off of everyone goes on by itself after this, in milliseconds. */
const RECORD_WAIT_MS = 1_000

/**
 * Writes to the records of sessions that a revocation ended them. Whoever revokes waits for it,
 * as a rule: on SQLite a write beside the next request would stand in its way.
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
