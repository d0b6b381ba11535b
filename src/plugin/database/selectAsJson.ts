import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'
import {
  type Sql,
  type SqlAdapterName,
  type SqlQuery,
  type SqlTable,
  sqlAdapterOf,
} from './sqlAdapter.js'

/** The parts of a query. */
export interface QueryParts {
  readonly sql: Sql
  readonly table: SqlTable
  /** The name of a field's column. */
  named(field: string): unknown
}

/** A query, and the values that are wanted of its rows. */
export interface Selection {
  readonly values: unknown
  readonly from: unknown
  /** A comment at the beginning of the statement. */
  readonly mark?: string | undefined
}

/**
 * Runs our own query on one table with the Drizzle instance of Payload's SQL adapters, and reads
 * the rows as one JSON text, so that neither the driver nor Drizzle nor Payload processes single
 * rows. An empty table gives no rows. `undefined` when the database is another one or has no such
 * table.
 */
export function selectAsJson(
  payload: Payload,
  tableName: string,
  select: (parts: QueryParts) => Selection,
): Promise<unknown[][]> | undefined {
  const adapter = sqlAdapterOf(primaryOf(payload.db))
  const query = adapter?.drizzle.query?.[tableName]
  const table = adapter?.tables[tableName]
  if (!adapter || !query || !table) return undefined
  return ask({ query, table }, JSON_FUNCTIONS[adapter.name], select)
}

interface JsonFunctions {
  /** Makes an array of the values of one row. It is shorter than an object. */
  ofValues: string
  /** Makes an array of all rows. */
  ofRows: string
}

/** By adapter name. */
export const JSON_FUNCTIONS: Readonly<Record<SqlAdapterName, JsonFunctions>> = {
  sqlite: { ofValues: 'json_array', ofRows: 'json_group_array' },
  postgres: { ofValues: 'json_build_array', ofRows: 'json_agg' },
}

async function ask(
  { query, table }: { query: SqlQuery; table: SqlTable },
  { ofRows, ofValues }: JsonFunctions,
  select: (parts: QueryParts) => Selection,
): Promise<unknown[][]> {
  // It reads any one row of the table, and the result comes along as an extra column.
  const [found] = await query.findMany({
    columns: {},
    extras: (_, { sql }) => {
      const named = (field: string) => sql.identifier(table[field]?.name ?? field)
      const { values, from, mark } = select({ sql, table, named })
      const rows = sql`SELECT ${sql.raw(ofRows)}(${sql.raw(ofValues)}(${values})) FROM (${from}) page`
      const comment = sql.raw(mark ? `/* ${mark} */` : '')
      return { json: sql`(${comment}${rows})`.as('json') }
    },
    limit: 1,
  })
  return rowsIn(found?.json)
}

/** The arrays of values in a JSON column. SQLite returns it as text. */
export const rowsIn = (json: string | unknown[][] | null | undefined): unknown[][] =>
  typeof json === 'string' ? JSON.parse(json) : (json ?? [])
