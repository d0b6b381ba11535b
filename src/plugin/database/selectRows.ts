import type { Payload } from 'payload'
import { onPostgres } from './onPostgres.js'
import { withNames } from './selectAsJson.js'
import type { QueryParts } from './selectOne.js'
import { connectionWithin } from './sqlAdapter.js'

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
  const known = onPostgres(db, name)
  if (!known) return undefined
  const { adapter, named, sql, table } = known
  const values = sql.join(columns.map(named), sql.raw(', '))
  const { rows } = await adapter.execute({
    drizzle: await connectionWithin(adapter, within),
    sql: sql`SELECT json_build_array(${values}) AS json FROM ${table}
      WHERE ${where({ sql, named })} ORDER BY id`,
  })
  return rows?.map(({ json }) => withNames(columns, json as unknown[]))
}
