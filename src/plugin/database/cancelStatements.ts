import type { DatabaseAdapter } from 'payload'
import { firstRow } from './firstRow.js'
import { primaryOf } from './primaryOf.js'
import { sqlAdapterOf } from './sqlAdapter.js'

/**
 * Cancels the statements whose comment is this mark, over another connection. It never rejects.
 * Only PostgreSQL can do that; it allows it for statements of the same database user. An SQLite file
 * works within this process, and MongoDB asks for more rights.
 */
export async function cancelStatements(db: DatabaseAdapter, mark: string): Promise<void> {
  if (sqlAdapterOf(primaryOf(db))?.name !== 'postgres') return
  const postgres = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%/* ${mark} */%'`
  await firstRow(db, { postgres, sqlite: '' }).catch(() => {})
}
