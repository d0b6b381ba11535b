import type { Payload } from 'payload'
import { type OneValue, type QueryParts, selectOne } from './selectOne.js'
import type { SqlAdapterName } from './sqlAdapter.js'

/** A query, and the values that are wanted of each of its rows. */
export interface Selection extends Omit<OneValue, 'value'> {
  readonly values: unknown
}

/**
 * Reads the rows of our own query as one JSON text. `undefined` when the database is not SQL or has
 * no such table.
 */
export function selectAsJson(
  payload: Payload,
  tableName: string,
  select: (parts: QueryParts) => Selection,
): Promise<unknown[][]> | undefined {
  const json = selectOne(payload, tableName, (parts, adapter) => {
    const { values, ...query } = select(parts)
    const { sql } = parts
    const { ofRows, ofValues } = JSON_FUNCTIONS[adapter]
    return { ...query, value: sql`${sql.raw(ofRows)}(${sql.raw(ofValues)}(${values}))` }
  })
  return json?.then((found) => (arrayIn(found as string | unknown[] | null) ?? []) as unknown[][])
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

/** The array in a JSON column. SQLite returns it as text. */
export const arrayIn = (json: string | unknown[] | null | undefined): unknown[] | undefined =>
  typeof json === 'string' ? JSON.parse(json) : (json ?? undefined)

/** The values of a row by the names of its columns. */
export function withNames<Column extends string>(
  columns: readonly Column[],
  values: readonly unknown[],
) {
  const row = {} as Record<Column, unknown>
  for (let i = 0; i < columns.length; i += 1) row[columns[i] as Column] = values[i]
  return row
}
