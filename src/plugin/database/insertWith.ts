import type { Payload } from 'payload'
import { onPostgres } from './onPostgres.js'
import { type RowUpdate, updateQuery } from './updateRows.js'

/**
 * Inserts a row and changes rows of another table, in one statement on PostgreSQL. An existing row
 * stays unchanged. Returns one field of the changed rows, as they are now. `undefined`, without
 * having done anything, when the database is another one.
 */
export async function insertWith(
  { db }: Payload,
  {
    table: name,
    row,
    update,
    field,
  }: { table: string; row: Readonly<Record<string, unknown>>; update: RowUpdate; field: string },
): Promise<unknown[] | undefined> {
  const known = onPostgres(db, name)
  const column = known?.adapter.tables[update.table]?.[field]
  if (!known || !column) return undefined
  const { adapter, sql, table } = known
  const { rows } = await adapter.execute({
    drizzle: adapter.drizzle,
    sql: sql`WITH changed AS ${updateQuery(adapter, update).returning({ column })},
      added AS ${adapter.drizzle.insert(table).values([row]).onConflictDoNothing()}
      SELECT ${sql.identifier(column.name)} AS value FROM changed`,
  })
  return rows?.map(({ value }) => value)
}
