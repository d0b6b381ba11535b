import type { Payload } from 'payload'
import { isLocalSqlite, renewConnection, settle } from './localSqlite.js'

const ATTEMPTS = 20
/** For a file that stays locked: the driver waits for it, and nobody else runs meanwhile. */
const LOCKED_ATTEMPTS = 2
/** Past this, in milliseconds, a file that cannot be written counts as locked. */
const PATIENCE_MS = 500
const PAUSE_MS = 20

/**
 * Does `write` until what it wrote is committed; `isThere` tells whether the connection sees it. On
 * a local SQLite file success is not enough (`localSqlite.ts`): whoever must know that a row is
 * durable has to ask, and to write it again. On every other database it is `write` alone.
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
      // The statement that failed would spoil whatever is written next.
      if (!isWritten) await renewConnection(db).catch(() => {})
      const isLocked = performance.now() - startedAt > PATIENCE_MS && !isWritten
      if (attempt >= (isLocked ? LOCKED_ATTEMPTS : ATTEMPTS)) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
