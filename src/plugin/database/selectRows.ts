import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'
import { withNames } from './readAsJson.js'
import type { QueryParts } from './selectAsJson.js'
import { connectionWithin, sqlAdapterOf, templateOf } from './sqlAdapter.js'

/**
 * Rows of one table, in ascending order of `id`, each as one JSON text: a quarter of the work of
 * Payload's own way. It reads in the open transaction of `within`, if there is one. `undefined`,
 * without having done anything, when the database is not PostgreSQL or has no such table.
 */
export async function selectRows<Column extends string>(
  { db }: Payload,
  {
    table: name,
    columns,
    where,
    within,
  }: {
    table: string
    columns: readonly Column[]
    where: (parts: Omit<QueryParts, 'table'>) => unknown
    within?: object | undefined
  },
): Promise<Record<Column, unknown>[] | undefined> {
  const adapter = sqlAdapterOf(primaryOf(db))
  const table = adapter?.tables[name]
  const sql = adapter?.name === 'postgres' ? templateOf(adapter, name) : undefined
  if (!adapter || !table || !sql) return undefined
  const named = (field: string) => sql.identifier(table[field]?.name ?? field)
  const values = sql.join(columns.map(named), sql.raw(', '))
  const { rows } = await adapter.execute({
    drizzle: await connectionWithin(adapter, within),
    sql: sql`SELECT json_build_array(${values}) AS json FROM ${table}
      WHERE ${where({ sql, named })} ORDER BY id`,
  })
  return rows?.map(({ json }) => withNames(columns, json as unknown[]))
}
