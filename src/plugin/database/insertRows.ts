import type { Payload } from 'payload'
import { sqlAdapterOf } from './sqlAdapter.js'

/**
 * Inserts rows in one statement, and so in one commit, with the Drizzle instance of Payload's SQL
 * adapters. Existing rows stay unchanged. Returns `false`, and does nothing, when the database is
 * another one or has no such table.
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
