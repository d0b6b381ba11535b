import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Payload } from 'payload'

/** What is used of Payload's SQLite adapter and of libsql, its driver. */
interface LocalSqlite {
  client: { protocol: string; executeMultiple(sql: string): Promise<unknown> }
}

const ATTEMPTS = 20
/** For a file that stays locked: the driver waits for it, and nobody else runs meanwhile. */
const LOCKED_ATTEMPTS = 2
/** Past this, in milliseconds, a file that cannot be written counts as locked. */
const PATIENCE_MS = 500
const PAUSE_MS = 20

/**
 * libsql does not reset a statement that failed because the file was locked (`SQLITE_BUSY`). While
 * that statement lives, whatever is written over the same connection is answered with success,
 * seen by that connection alone, and rolled back when the statement is collected. So whoever must
 * know that a row is durable has to ask, and to write it again.
 *
 * Does `write` until what it wrote is committed; `isThere` tells whether the connection sees it.
 * On every database but a local SQLite file that is `write` alone.
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
      if ((await isSettled(db)) && (await isThere())) return
      throw new Error('SQLite did not commit')
    } catch (error) {
      await collectFailedStatements()
      const isLocked = performance.now() - startedAt > PATIENCE_MS && !isWritten
      if (attempt >= (isLocked ? LOCKED_ATTEMPTS : ATTEMPTS)) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

/** Whether no statement of the connection keeps writes from being committed: then this fails. */
async function isSettled({ client }: LocalSqlite): Promise<boolean> {
  try {
    await client.executeMultiple('BEGIN; COMMIT')
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return false
    throw error
  }
}

/** There is no other way to end a statement of the driver's. It takes some ten milliseconds. */
async function collectFailedStatements() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await new Promise((resolve) => setImmediate(resolve))
}

/** Whether this is a file, which libsql reads and writes while nobody else runs. */
export const isLocalSqlite = (db: object): db is LocalSqlite =>
  (db as Partial<LocalSqlite>).client?.protocol === 'file'
