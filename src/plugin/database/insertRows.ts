import type { Payload } from 'payload'
import { sqlAdapterOf } from './sqlAdapter.js'

/**
 * Inserts rows with one statement, so with one commit, over the Drizzle instance that Payload's
 * SQL adapters expose; rows that are there already are left as they are. `false` where the
 * database is none of those, or has no such table: then nothing was done.
 */
export async function insertRows(
  { db }: Payload,
  { table, rows }: { table: string; rows: readonly object[] },
): Promise<boolean> {
  const adapter = sqlAdapterOf(db)
  const known = adapter?.tables[table]
  if (!adapter || !known) return false
  await adapter.drizzle.insert(known).values(rows).onConflictDoNothing()
  return true
}
