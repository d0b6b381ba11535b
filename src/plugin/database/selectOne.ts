import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'
import { type Sql, type SqlAdapterName, type SqlTable, sqlAdapterOf } from './sqlAdapter.js'

/** The parts of a query. */
export interface QueryParts {
  readonly sql: Sql
  readonly table: SqlTable
  /** The name of a field's column. */
  named(field: string): unknown
}

/** A query, and the one value that is wanted of all its rows. */
export interface OneValue {
  readonly value: unknown
  readonly from: unknown
  /** A comment at the beginning of the statement. */
  readonly mark?: string | undefined
}

/**
 * Runs our own query on one table with the Drizzle instance of Payload's SQL adapters, and reads one
 * value, so that neither the driver nor Drizzle nor Payload processes single rows. An empty table
 * gives nothing. `undefined` when the database is another one or has no such table.
 */
export function selectOne(
  payload: Payload,
  tableName: string,
  select: (parts: QueryParts, adapter: SqlAdapterName) => OneValue,
): Promise<unknown> | undefined {
  const adapter = sqlAdapterOf(primaryOf(payload.db))
  const query = adapter?.drizzle.query?.[tableName]
  const table = adapter?.tables[tableName]
  if (!adapter || !query || !table) return undefined
  // It reads any one row of the table, and the result comes along as an extra column.
  return query
    .findMany({
      columns: {},
      extras: (_, { sql }) => {
        const named = (field: string) => sql.identifier(table[field]?.name ?? field)
        const { value, from, mark } = select({ sql, table, named }, adapter.name)
        const comment = sql.raw(mark ? `/* ${mark} */` : '')
        return { json: sql`(${comment}SELECT ${value} FROM (${from}) page)`.as('json') }
      },
      limit: 1,
    })
    .then(([found]) => found?.json)
}
