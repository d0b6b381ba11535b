import type { Payload } from 'payload'
import { isLocalSqlite, renewConnection, settle } from './localSqlite.js'

const ATTEMPTS = 20
/**
 * For a file that stays locked. The driver waits for the lock, and no other code runs meanwhile.
 */
const LOCKED_ATTEMPTS = 2
/** After this time, in milliseconds, a file that cannot be written counts as locked. */
const PATIENCE_MS = 500
const PAUSE_MS = 20

/**
 * Repeats `write` until its rows are committed. `isThere` tells whether the connection sees them.
 * On a local SQLite file a success is not enough (`localSqlite.ts`): to know that a row is durable,
 * one must check, and write it again if it is missing. On every other database it only calls
 * `write`.
 */
export async function untilCommitted(
  { db }: Pick<Payload, 'db'>,
  { write, isThere }: { write: () => Promise<unknown>; isThere: () => Promise<boolean> },
): Promise<void> {
  if (!isLocalSqlite(db)) {
    await write()
    return
  }
  const startedAt = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    let isWritten = false
    try {
      await write()
      isWritten = true
      if ((await settle(db)) && (await isThere())) return
      throw new Error('SQLite did not commit')
    } catch (error) {
      // The failed statement would spoil the next write.
      if (!isWritten) await renewConnection(db).catch(() => {})
      const isLocked = performance.now() - startedAt > PATIENCE_MS && !isWritten
      if (attempt >= (isLocked ? LOCKED_ATTEMPTS : ATTEMPTS)) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
