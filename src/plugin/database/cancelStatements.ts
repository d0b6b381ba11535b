import type { DatabaseAdapter } from 'payload'
import { uuidv7 } from '../../core/uuidv7.js'
import { firstRow } from './firstRow.js'
import { isPostgres } from './onPostgres.js'

/**
 * A comment for statements that are cancelled when the signal is aborted, over another connection.
 * Only PostgreSQL can do that; it allows it for statements of the same database user. An SQLite file
 * works within this process, and MongoDB asks for more rights.
 */
export function cancelledBy(
  db: DatabaseAdapter,
  signal: AbortSignal | undefined,
  doing: string,
): string | undefined {
  if (!signal) return undefined
  const mark = `${doing} ${uuidv7(Date.now())}`
  signal.addEventListener('abort', () => void cancel(db, mark), { once: true })
  return mark
}

async function cancel(db: DatabaseAdapter, mark: string) {
  if (!isPostgres(db)) return
  const postgres = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%/* ${mark} */%'`
  await firstRow(db, { postgres, sqlite: '' }).catch(() => {})
}
