import type { Payload } from 'payload'

/**
 * Inserts rows with one statement, so with one commit, over the Drizzle instance that Payload's
 * SQL adapters expose; rows that are there already are left as they are. `false` where the
 * database is none of those, or has no such table: then nothing was done.
 */
export async function insertRows(
  payload: Payload,
  { table, rows }: { table: string; rows: readonly object[] },
): Promise<boolean> {
  const { name = '', drizzle, tables } = payload.db as Partial<DrizzleAdapter>
  const known = tables?.[table]
  if (!SQL_ADAPTERS.has(name) || !drizzle || !known) return false
  await drizzle.insert(known).values(rows).onConflictDoNothing()
  return true
}

const SQL_ADAPTERS = new Set(['sqlite', 'postgres'])

/** Payload documents `payload.db.drizzle` and `.tables`; their types need the adapter's package. */
interface DrizzleAdapter {
  name: string
  drizzle: {
    insert(table: object): {
      values(rows: readonly object[]): { onConflictDoNothing(): Promise<unknown> }
    }
  }
  tables: Readonly<Record<string, object>>
}
