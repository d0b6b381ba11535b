import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'

import { JSON_FUNCTIONS, rowsIn, withNames } from './selectAsJson.js'
import type { QueryParts } from './selectOne.js'
import { sqlAdapterOf, tableNameOf } from './sqlAdapter.js'

export interface DocumentsWithRows<Column extends string> {
  /** The slug of the collection. */
  collection: string
  /** One of these fields has one of these values. */
  fields: readonly string[]
  values: readonly string[]
  /** The second table. */
  table: string
  columns: readonly Column[]
  /** Which of its rows belong to a document, whose id is given as text. */
  where: (parts: Omit<QueryParts, 'table'> & { id: unknown }) => unknown
}

/**
 * Documents, and what rows of a second table belong to each, from one statement. `undefined` when
 * the database is not SQL or has no such tables and columns.
 */
export function documentsWithRows<Column extends string>(
  { db }: Payload,
  { collection, columns, fields, table, values, where }: DocumentsWithRows<Column>,
): Promise<{ id: number | string; rows: Record<Column, unknown>[] }[]> | undefined {
  const adapter = sqlAdapterOf(primaryOf(db))
  const name = adapter?.tableNameMap.get(tableNameOf(collection)) ?? ''
  const query = adapter?.drizzle.query?.[name]
  const documents = adapter?.tables[name]
  const others = adapter?.tables[table]
  if (!adapter || !query || !others || fields.some((field) => !documents?.[field])) return undefined
  const { ofRows, ofValues } = JSON_FUNCTIONS[adapter.name]
  const found = query.findMany({
    columns: { id: true },
    where: (document, { inArray, or }) =>
      or(...fields.map((field) => inArray(document[field], [...values]))),
    extras: (document, { sql }) => {
      const named = (field: string) => sql.identifier(others[field]?.name ?? field)
      const all = sql.join(columns.map(named), sql.raw(', '))
      const isOfDocument = where({ sql, named, id: sql`CAST(${document.id} AS text)` })
      const rows = sql`SELECT ${sql.raw(ofRows)}(${sql.raw(ofValues)}(${all})) FROM ${others} WHERE ${isOfDocument}`
      // Drizzle drops the table of a column that is not nested.
      return { json: sql`(${rows})`.as('json') }
    },
  })
  return found.then((each) =>
    each.map(({ id, json }) => ({
      id: id as number | string,
      rows: rowsIn(json).map((row) => withNames(columns, row)),
    })),
  )
}
