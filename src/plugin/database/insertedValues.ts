import type { PostgresTable } from './onPostgres.js'

/**
 * The columns and values of a row, for a statement of our own. Absent values are left out: Drizzle
 * names every column of the table, which costs more than the rest of a short statement.
 */
export function insertedValues(
  { named, sql }: Pick<PostgresTable, 'named' | 'sql'>,
  row: Readonly<Record<string, unknown>>,
): { columns: unknown; values: unknown } {
  const given = Object.entries(row).filter(([, value]) => value !== undefined && value !== null)
  const comma = sql.raw(', ')
  return {
    columns: sql.join(
      given.map(([field]) => named(field)),
      comma,
    ),
    values: sql.join(
      given.map(([, value]) => sql`${value}`),
      comma,
    ),
  }
}
