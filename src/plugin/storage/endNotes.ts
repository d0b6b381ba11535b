import type { Logger } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import { withTimeLimit } from '../../core/timeLimit.js'
import type { SessionStore } from './sessionStore.js'

export interface EndNotes {
  /** Resolves when the records tell of the end, or in a second at most. Never rejects. */
  note(revocation: Revocation): Promise<void>
  /** Resolves when no note is being written. */
  settled(): Promise<void>
}

/** A cut-off of everyone goes on by itself after this, in milliseconds. */
const NOTE_WAIT_MS = 1_000

/**
 * Notes in the records of sessions that a revocation ended them. Whoever revokes waits for it,
 * as a rule: on SQLite a write beside the next request would stand in its way.
 */
export function createEndNotes(store: SessionStore, logger: Logger): EndNotes {
  const pending = new Set<Promise<void>>()

  const write = async (revocation: Revocation) => {
    try {
      await store.noteEnd(revocation)
    } catch (err) {
      logger.error({ err }, 'Revocations: the end of a session was not noted in its record')
    }
  }

  return {
    note(revocation) {
      const noting = write(revocation).finally(() => pending.delete(noting))
      pending.add(noting)
      return withTimeLimit(noting, NOTE_WAIT_MS)
    },
    async settled() {
      await Promise.all(pending)
    },
  }
}
