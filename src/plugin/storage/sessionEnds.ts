import type { Logger } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import { inTime, withTimeLimit } from '../../core/timeLimit.js'
import type { RowUpdate } from '../database/updateRows.js'
import type { SessionStore } from './sessionStore.js'

export interface SessionEnds {
  /** Resolves when the end is in the records, or after a second at most. Never rejects. */
  record(revocation: Revocation): Promise<void>
  /**
   * Lets a statement mark the records too, so that `record` need not. It waits for a second at most:
   * a lock on the records must not delay what the statement is for. `undefined`, without having done
   * anything, if these revocations end nothing that one statement can mark.
   *
   * @returns the result of `ask`; `undefined` also if it failed or was late
   */
  markWith<Result>(
    recorded: readonly Revocation[],
    ask: (updates: readonly RowUpdate[]) => Promise<Result | undefined>,
  ): Promise<Result | undefined>
  /** Resolves when no write is running. */
  settled(): Promise<void>
}

/** After this time, in milliseconds, the write continues in the background. */
const RECORD_WAIT_MS = 1_000
/** The rest is written by statements of its own. */
const MOST_MARKS = 50

/**
 * Marks the records of sessions that a revocation ended. The caller of `revoke` usually waits for
 * it, because on SQLite a write during the next request would get in its way.
 */
export function createSessionEnds(store: SessionStore, logger: Logger): SessionEnds {
  const pending = new Set<Promise<void>>()
  /** What a statement has marked. */
  const marked = new WeakSet<Revocation>()

  const write = async (revocation: Revocation) => {
    if (marked.has(revocation)) return
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
    async markWith(recorded, ask) {
      const ending = markable(recorded.filter((each) => store.endUpdate(each)))
      const updates = ending.flatMap((each) => store.endUpdate(each) ?? [])
      if (updates.length === 0) return undefined
      try {
        const result = await inTime(ask(updates), RECORD_WAIT_MS)
        if (result !== undefined) for (const each of ending) marked.add(each)
        return result
      } catch {
        return undefined
      }
    },
    async settled() {
      await Promise.all(pending)
    },
  }
}

/** One statement cannot change a record twice, so of several each must be of another session. */
function markable(ending: readonly Revocation[]): readonly Revocation[] {
  if (ending.length === 1) return ending
  const bySession = new Map<string, Revocation>()
  for (const each of ending)
    if (each.scope === 'session' && each.lifts === undefined) bySession.set(each.subject, each)
  return [...bySession.values()].slice(0, MOST_MARKS)
}
