import type { Payload } from 'payload'
import { insertedValues } from './insertedValues.js'
import { onPostgres } from './onPostgres.js'
import { type RowUpdate, updateStatement } from './updateRows.js'

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
  const { columns, values } = insertedValues(known, row)
  const value = sql.identifier(column.name)
  const { rows } = await adapter.execute({
    drizzle: adapter.drizzle,
    sql: sql`WITH changed AS (${updateStatement(known, update)} RETURNING ${value} AS value),
      added AS (INSERT INTO ${table} (${columns}) VALUES (${values}) ON CONFLICT DO NOTHING)
      SELECT value FROM changed`,
  })
  return rows?.map((changed) => changed.value)
}
