import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'
import {
  type Sql,
  type SqlAdapterName,
  type SqlQuery,
  type SqlTable,
  sqlAdapterOf,
} from './sqlAdapter.js'

/** What a query is made of. */
export interface QueryParts {
  readonly sql: Sql
  readonly table: SqlTable
  /** The name of a field's column. */
  named(field: string): unknown
}

/** A query of ours, and what of its rows is wanted. */
export interface Selection {
  readonly values: unknown
  readonly from: unknown
}

/**
 * Asks a question of our own about one table, over the Drizzle instance that Payload's SQL adapters
 * expose, and reads the rows as one JSON text: neither the driver, nor Drizzle, nor Payload touches
 * every row. An empty table answers with no rows. `undefined` where the database is none of those,
 * or has no such table.
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
  /** Makes an array of the values of one row, which is shorter than an object of them. */
  ofValues: string
  /** Makes an array of what is in all rows. */
  ofRows: string
}

/** By the adapter's name. */
const JSON_FUNCTIONS: Readonly<Record<SqlAdapterName, JsonFunctions>> = {
  sqlite: { ofValues: 'json_array', ofRows: 'json_group_array' },
  postgres: { ofValues: 'json_build_array', ofRows: 'json_agg' },
}

async function ask(
  { query, table }: { query: SqlQuery; table: SqlTable },
  { ofRows, ofValues }: JsonFunctions,
  select: (parts: QueryParts) => Selection,
): Promise<unknown[][]> {
  // One row of the table, any: what is wanted comes with it.
  const [found] = await query.findMany({
    columns: {},
    extras: (_, { sql }) => {
      const named = (field: string) => sql.identifier(table[field]?.name ?? field)
      const { values, from } = select({ sql, table, named })
      const rows = sql`SELECT ${sql.raw(ofRows)}(${sql.raw(ofValues)}(${values})) FROM (${from}) page`
      return { json: sql`(${rows})`.as('json') }
    },
    limit: 1,
  })
  const json = found?.json ?? []
  return typeof json === 'string' ? JSON.parse(json) : json
}
